import { expect, test } from 'vitest';
import type { ConnectionId } from '../../src/domain/id.ts';
import { ask } from '../support/callers.ts';
import { captureLog } from '../support/captured-log.ts';
import { startTestGateway } from '../support/gateway.ts';
import {
  companyLinkUrl,
  linkPlatform,
  onlyConnectionOf,
  openBrowser,
  startLinkingGateway,
} from '../support/linking.ts';
import { handOver } from '../support/renewing.ts';
import { inDatabase } from '../support/rows.ts';
import { gatewaysClient, grantAtSandbox, linkByGrant } from '../support/sandbox-gateway.ts';
import { rowsOf } from '../support/stored.ts';

const given = { accessToken: 'ACCESS-S3CRET', refreshToken: 'REFRESH-S3CRET' };

test.for(['PendingAuth', 'Linked', 'Unlinked', 'Deauthorized'])(
  'links a connection that is %s',
  async (status) => {
    const gateway = await startTestGateway();
    const ids = await gateway.withCompany({ connections: [{ status }] });
    const { companyId, connectionId } = ids;

    const { data } = await gateway.query(handOver, {
      input: { companyId, connectionId, credentials: given },
    });

    expect(data.authorizeConnection).toEqual({
      __typename: 'AuthorizeConnectionPayload',
      connection: { id: connectionId, status: 'LINKED' },
    });
    const { history } = await onlyConnectionOf(gateway, companyId);
    expect(history.nodes.at(-1)).toMatchObject({
      type: status === 'PendingAuth' ? 'CONNECTION_CONNECTED' : 'CONNECTION_RECONNECTED',
      toStatus: 'LINKED',
    });
  },
);

test('refuses a second active accounting connection, and says which is active', async () => {
  const gateway = await startTestGateway();
  const { companyId, connectionIds } = await gateway.withCompany({
    connections: [{ status: 'Linked' }, { status: 'PendingAuth' }],
  });
  const [active, connectionId = ''] = connectionIds;

  const { data } = await gateway.query(handOver, {
    input: { companyId, connectionId, credentials: given },
  });

  expect(data.authorizeConnection).toMatchObject({
    __typename: 'ActiveConnectionExistsError',
    connection: { id: active },
  });
  expect(
    await gateway.store.credentials.ofConnection(connectionId as ConnectionId),
  ).toBeUndefined();
});

test('knows a connection only with its own company', async () => {
  const gateway = await startTestGateway();
  const { connectionId } = await gateway.withCompany({ connections: [{}] });
  const { companyId } = await gateway.withCompany();

  const { data } = await gateway.query(handOver, {
    input: { companyId, connectionId, credentials: given },
  });

  expect(data.authorizeConnection).toMatchObject({
    __typename: 'NotFoundError',
    field: 'connectionId',
  });
});

const field = (name: string, value = 'x') => ({ name, value });

test.for<[Record<string, unknown>, string, string]>([
  [{ accessToken: '' }, 'accessToken', 'must be visible ASCII characters'],
  [{ accessToken: 'S3CRET token' }, 'accessToken', 'must be visible ASCII characters'],
  [{ accessToken: 'S3CRET\u00e9' }, 'accessToken', 'must be visible ASCII characters'],
  [{ accessToken: 'S'.repeat(16_385) }, 'accessToken', 'must be at most 16384 characters'],
  [{ refreshToken: '' }, 'refreshToken', 'must be visible ASCII characters'],
  [{ refreshToken: 'S3CRET\n' }, 'refreshToken', 'must be visible ASCII characters'],
  [{ accountId: '' }, 'accountId', 'must be 1 to 255 printable ASCII characters'],
  [{ accountId: 'a'.repeat(256) }, 'accountId', 'must be 1 to 255 printable ASCII characters'],
  [
    { fields: [field('realm'), field('S3CRET name')] },
    'fields[1].name',
    'must be 1 to 50 letters, digits, dots, dashes or underscores',
  ],
  [
    { fields: [field('realm', 'S'.repeat(4097))] },
    'fields[0].value',
    'must be at most 4096 characters',
  ],
  [
    { fields: [field('realm'), field('realm')] },
    'fields',
    'must not have two fields of the same name',
  ],
  [
    { fields: Array.from({ length: 21 }, (_, n) => field(`f${n}`)) },
    'fields',
    'must have at most 20 fields',
  ],
])('refuses what breaks a rule: case %#', async ([change, at, rule]) => {
  const gateway = await startTestGateway();
  const ids = await gateway.withCompany({ connections: [{ status: 'PendingAuth' }] });
  const { companyId, connectionId } = ids;

  const { data } = await gateway.query(handOver, {
    input: { companyId, connectionId, credentials: { ...given, ...change } },
  });

  expect(data.authorizeConnection).toEqual({
    __typename: 'InvalidInputError',
    message: `credentials.${at} ${rule}`,
    field: `credentials.${at}`,
    rule,
  });
  expect((await onlyConnectionOf(gateway, companyId)).status).toBe('PENDING_AUTH');
});

test('with an Idempotency-Key it answers the same again, and keeps the tokens nowhere but sealed', async () => {
  const log = captureLog();
  const gateway = await startTestGateway({ logger: log.logger });
  const ids = await gateway.withCompany({ connections: [{ status: 'PendingAuth' }] });
  const { companyId, connectionId } = ids;
  const input = { companyId, connectionId, credentials: given };
  const request = { query: handOver, variables: { input }, headers: { 'idempotency-key': 'once' } };

  const first = await ask(gateway, request);
  const again = await ask(gateway, request);

  expect(first.data.authorizeConnection.connection.status).toBe('LINKED');
  expect(again.text).toBe(first.text);
  const { history } = await onlyConnectionOf(gateway, companyId);
  expect(history.nodes).toHaveLength(2);
  const kept = rowsOf(
    gateway.file,
    'SELECT CAST(answer AS TEXT) AS answer FROM idempotent_answers',
  );
  expect(kept).toHaveLength(1);
  expect(JSON.stringify(kept)).not.toContain('S3CRET');
  expect(log.text()).not.toContain('S3CRET');
});

test('an answer to what is malformed does not repeat the tokens', async () => {
  const log = captureLog();
  const gateway = await startTestGateway({ logger: log.logger });
  const ids = await gateway.withCompany({ connections: [{ status: 'PendingAuth' }] });
  const { companyId, connectionId } = ids;
  const malformed = [
    { ...given, surprise: true },
    { ...given, accessToken: [given.accessToken] },
    { ...given, expires: given.accessToken },
    { refreshToken: given.refreshToken },
    given.accessToken,
    [given, given],
  ];

  for (const credentials of malformed) {
    const input = { companyId, connectionId, credentials };
    const answer = await ask(gateway, { query: handOver, variables: { input } });
    expect(answer.errors.length).toBeGreaterThan(0);
    expect(answer.text).not.toContain('S3CRET');
  }
  const literal = handOver
    .replace('($input: AuthorizeConnectionInput!)', '')
    .replace(
      '$input',
      `{ companyId: "${companyId}", connectionId: "${connectionId}", credentials: { accessToken: ["S3CRET"] } }`,
    );
  const answer = await ask(gateway, { query: literal });
  expect(answer.errors[0]?.message).toContain('does not match the schema');
  expect(answer.text).not.toContain('S3CRET');
  expect(log.text()).not.toContain('S3CRET');
});

test('credentials that were handed over are renewed, and are of the account that they say', async () => {
  const gateway = await startLinkingGateway();
  const client = await gatewaysClient(gateway);
  const { companyId, connectionId } = await linkByGrant(gateway, client);
  const grant = await grantAtSandbox(gateway, client);
  const credentials = { ...grant, accountId: 'another organisation', expires: new Date() };
  await gateway.query(handOver, { input: { companyId, connectionId, credentials } });
  const version = async () =>
    (await gateway.store.credentials.ofConnection(connectionId))?.version ?? 0;
  const first = await version();

  await expect.poll(version, { timeout: 15_000 }).toBe(first + 1);
  await expect(client.refresh(grant.refreshToken)).rejects.toMatchObject({
    error: 'invalid_grant',
  });

  inDatabase(gateway.file, (db) =>
    db.exec(`DELETE FROM credentials; UPDATE connections SET status = 'Unlinked'`),
  );
  const page = await linkPlatform(openBrowser(), await companyLinkUrl(gateway, companyId));
  expect(page.html).toContain('a different account');
  expect((await onlyConnectionOf(gateway, companyId)).status).toBe('UNLINKED');
});
