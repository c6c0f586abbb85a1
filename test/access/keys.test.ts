import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ask, bearer, codesOf, makeApiKey, send, type TestKey } from '../support/callers.ts';
import { temporaryFolder } from '../support/folder.ts';
import { startTestGateway } from '../support/gateway.ts';
import { shared } from '../support/lifetime.ts';
import { spawnGateway } from '../support/process.ts';
import { inDatabase, inStore } from '../support/rows.ts';

const count = '{ companies { totalCount } }';

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** A gateway without companies. */
const gateway = shared(() => startTestGateway());

test.for<[string, (key: TestKey) => string]>([
  ['Bearer KEY', ({ secret }) => `Bearer ${secret}`],
  ['bearer KEY, since schemes have no case', ({ secret }) => `bearer ${secret}`],
  ['Basic base64(KEY), as clients of the Codat API send it', (k) => `Basic ${base64(k.secret)}`],
  ['Basic base64(KEY:), as curl --user KEY: sends it', (k) => `Basic ${base64(`${k.secret}:`)}`],
])('a key is accepted as %s', async ([, authorization]) => {
  const key = await makeApiKey(gateway(), 'read');

  const { status, data } = await ask(gateway(), {
    query: count,
    headers: { authorization: authorization(key) },
  });

  expect(status).toBe(200);
  expect(data).toEqual({ companies: { totalCount: 0 } });
});

/** Returns the key with a different secret part. */
const forged = ({ prefix }: TestKey) => `cnx_${prefix}_${'A'.repeat(43)}`;

test.for<[string, (key: TestKey) => string]>([
  ['the prefix of a key and another secret', (key) => `Bearer ${forged(key)}`],
  ['the prefix alone', ({ prefix }) => `Bearer ${prefix}`],
  ['a key that was never made', ({ secret }) => `Bearer cnx_00000000${secret.slice(12)}`],
  ['a key without its last character', ({ secret }) => `Bearer ${secret.slice(0, -1)}`],
  ['a key with a character more', ({ secret }) => `Bearer ${secret}A`],
  ['a key in upper case', ({ secret }) => `Bearer ${secret.toUpperCase()}`],
  ['the id of a key', ({ id }) => `Bearer ${id}`],
  ['a scheme without a key', () => 'Bearer'],
  ['a key without a scheme', ({ secret }) => secret],
  ['another scheme', ({ secret }) => `Digest ${secret}`],
  ['a key in plain text as Basic', ({ secret }) => `Basic ${secret}`],
  ['a key and a password as Basic', ({ secret }) => `Basic ${base64(`${secret}:password`)}`],
  ['two keys', ({ secret }) => `Bearer ${secret} ${secret}`],
  ['an empty header', () => ''],
  ['a very long text', () => `Bearer ${'A'.repeat(10_000)}`],
])('%s is answered with 401', async ([, authorization]) => {
  const key = await makeApiKey(gateway());

  const answer = await ask(gateway(), {
    query: count,
    headers: { authorization: authorization(key) },
  });

  expect(answer.status).toBe(401);
  expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer\b/);
  expect(codesOf(answer)).toEqual(['UNAUTHENTICATED']);
  expect(answer.data).toBeUndefined();
});

test('a request without a key is answered with 401 where keys exist', async () => {
  await makeApiKey(gateway());

  const answer = await ask(gateway(), { query: count });

  expect(answer.status).toBe(401);
  expect(codesOf(answer)).toEqual(['UNAUTHENTICATED']);
});

test.for([
  ['a document that cannot be parsed', JSON.stringify({ query: '{{{' })],
  ['a body that is not JSON', 'nonsense'],
  ['a document that is too long', JSON.stringify({ query: `#${'x'.repeat(20_000)}` })],
])('a bad key is refused before %s is looked at', async ([, body = '']) => {
  const key = await makeApiKey(gateway());

  const response = await send(gateway(), { headers: bearer(forged(key)), body });

  expect(response.status).toBe(401);
});

test('an expired key is refused', async () => {
  const key = await makeApiKey(gateway(), 'read', { expires: Date.now() + 3_600_000 });
  const before = await ask(gateway(), { query: count, headers: bearer(key.secret) });
  expect(before.status).toBe(200);
  inDatabase(gateway().file, (db) =>
    db.prepare('UPDATE api_keys SET expires = ? WHERE id = ?').run(Date.now() - 1, key.id),
  );

  const { status } = await ask(gateway(), { query: count, headers: bearer(key.secret) });

  expect(status).toBe(401);
});

test('a key that one process revokes stops working at once in another', async () => {
  const file = join(await temporaryFolder(), 'test.db');
  const [admin, reader] = await inStore(file, async (store) => [
    await makeApiKey({ store }, 'admin'),
    await makeApiKey({ store }, 'read'),
  ]);
  const [here, there] = await Promise.all([startTestGateway({ file }), spawnGateway(file)]);
  const use = () => ask(there, { query: count, headers: bearer(reader.secret) });
  expect((await use()).status).toBe(200);

  const { data } = await ask(here, {
    query: `mutation { revokeApiKey(input: { apiKeyId: "${reader.id}" }) { __typename } }`,
    headers: bearer(admin.secret),
  });

  expect(data.revokeApiKey).toEqual({ __typename: 'RevokeApiKeyPayload' });
  expect((await use()).status).toBe(401);
});

test('changes made with a key name its id as their actor', async () => {
  const own = await startTestGateway();
  const { companyId, connectionId } = await own.withCompany({ connections: [{}] });
  const key = await makeApiKey(own, 'write');
  const input = `{ companyId: "${companyId}", connectionId: "${connectionId}" }`;

  const { data } = await ask(own, {
    query: `mutation { unlinkConnection(input: ${input}) {
      ... on UnlinkConnectionPayload { connection { history { nodes { type actor } } } }
    } }`,
    headers: bearer(key.secret),
  });

  expect(data.unlinkConnection.connection.history.nodes).toEqual([
    { type: 'CONNECTION_CREATED', actor: 'import' },
    { type: 'CONNECTION_DISCONNECTED', actor: key.id },
  ]);
});
