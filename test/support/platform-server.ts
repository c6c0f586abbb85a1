import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock, type Clock } from '../../src/domain/clock.ts';
import type { AuthorizationProfile } from '../../src/platforms/authorization-profile.ts';
import { OAuthPlatform } from '../../src/platforms/oauth-platform.ts';
import { defaultFetchLimits } from '../../src/web/outgoing/outgoing-client.ts';
import { whenOver } from './lifetime.ts';
import { outgoingClient } from './outgoing-client.ts';

/** Starts a server that answers as a test says and ends with the test. Returns its URL. */
export async function startPlatformServer(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  whenOver(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A platform at the server, which describes its endpoints unless `changes` says otherwise. */
export function platformAt(
  url: string,
  changes: Partial<AuthorizationProfile> = {},
  ms = defaultFetchLimits.ms,
  clock: Clock = systemClock,
): OAuthPlatform {
  return new OAuthPlatform(
    {
      integrationKey: 'gbol',
      source: url,
      server: {
        authorizationEndpoint: `${url}/authorize`,
        tokenEndpoint: `${url}/token`,
        revocationEndpoint: `${url}/revoke`,
      },
      scopes: [],
      clientAuthentication: 'client_secret_basic',
      ...changes,
    },
    { id: 'the-gateway', secret: 'the-secret' },
    'http://127.0.0.1:9/link/callback/gbol',
    {
      clock,
      outgoing: outgoingClient(),
      limits: { ...defaultFetchLimits, ms },
      accountRetriesAfterMs: [1, 1],
    },
  );
}

/** Answers with JSON. */
export function answerJson(response: ServerResponse, body: unknown, status = 200): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json' }).end(text);
}

/** What ties an authorization request to its response, and the URL of that response. */
export const binding = { state: 's'.repeat(43), verifier: 'v'.repeat(43), nonce: 'n'.repeat(43) };
export const callback = new URL(
  `http://127.0.0.1:9/link/callback/gbol?code=c&state=${binding.state}`,
);
