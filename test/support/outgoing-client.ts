import { OutgoingClient, type OutgoingRules } from '../../src/web/outgoing/outgoing-client.ts';
import { whenOver } from './lifetime.ts';

/** A client that ends with the test. It may reach this machine unless `rules` says otherwise. */
export function outgoingClient(rules: OutgoingRules = { loopback: true }): OutgoingClient {
  const client = new OutgoingClient(rules);
  whenOver(() => client.close());
  return client;
}
