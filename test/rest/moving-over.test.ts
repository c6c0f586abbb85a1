import { expect, test } from 'vitest';
import { moveOver } from '../../examples/moving-over.ts';
import { makeApiKey } from '../support/callers.ts';
import { startTestGateway } from '../support/gateway.ts';

test('who moves over leads a connection through its life with the SDK as it is', async () => {
  const gateway = await startTestGateway();
  const { secret } = await makeApiKey(gateway, 'write');
  const said: string[] = [];

  await moveOver({ url: gateway.url, key: secret, say: (line) => said.push(line) });

  expect(said.map((line) => line.split(/ {2,}/))).toEqual([
    ['companies.create', 'Bank of Dave & Sons UK'],
    ['connections.create', 'PendingAuth'],
    ['connections.updateAuthorization', 'Linked'],
    ['companies.list by page', 'page 1: Bank of Dave & Sons UK (1 in all)'],
    ['companies.list by query', 'page 1: Bank of Dave & Sons UK (1 in all)'],
    ['companies.list by tags, in order', 'page 1: Bank of Dave & Sons UK (1 in all)'],
    ['connections.list by query', 'page 1: Linked (1 in all)'],
    ['connections.unlink', 'Unlinked'],
    ['connections.unlink again', '409 The connection is Unlinked: it cannot be unlinked'],
    ['connections.updateAuthorization again', 'Linked'],
    ['connections.delete', 'done'],
    ['connections.get, deleted', '404 There is no such connection'],
    ['the same over GraphQL', '{"connection":null}'],
    ['companies.delete', 'done'],
    ['companies.get, deleted', '404 There is no such company'],
  ]);
});
