import { expect, test } from 'vitest';
import { importRecords } from '../../src/import/import-records.ts';
import type { SourceRecord } from '../../src/import/source-record.ts';
import type { Store } from '../../src/store/store.ts';
import { openBrowser } from '../support/browser.ts';
import { startTestGateway } from '../support/gateway.ts';
import { sendJson } from '../support/http.ts';
import { companyLinkUrl, linkPlatform } from '../support/linking.ts';
import { companyRecord, connectionRecord } from '../support/records.ts';
import { inDatabase } from '../support/rows.ts';
import { runsAgain } from '../support/runs-again.ts';

// A store may run the work of a transaction more than once. The result must be as if it ran once, which requires that
// the work changes nothing except through the transactor.

const createCompany = `mutation ($input: CreateCompanyInput!) {
  createCompany(input: $input) { ... on CreateCompanyPayload { company { id } } }
}`;
const createConnection = `mutation ($input: CreateConnectionInput!) {
  createConnection(input: $input) { ... on CreateConnectionPayload { connection { id } } }
}`;
const changes = `mutation ($company: UpdateCompanyInput!, $linked: AuthorizeConnectionInput!, $unlinked: UnlinkConnectionInput!) {
  updateCompany(input: $company) { ... on UpdateCompanyPayload { company { name } } }
  authorizeConnection(input: $linked) { ... on AuthorizeConnectionPayload { connection { status } } }
  unlinkConnection(input: $unlinked) { ... on UnlinkConnectionPayload { connection { status } } }
}`;
const createKey = `mutation ($input: CreateApiKeyInput!) {
  createApiKey(input: $input) { ... on CreateApiKeyPayload { secret } }
}`;

async function* records(): AsyncGenerator<SourceRecord> {
  const value = companyRecord({ dataConnections: [connectionRecord()] });
  yield { place: 'line 1', value, bytes: 0 };
  yield { place: 'line 2', value: { id: 'no UUID' }, bytes: 0 };
}

/** Makes every kind of change. Returns the responses and the stored records. */
async function doAll(around?: (store: Store) => Store) {
  const gateway = await startTestGateway({
    env: { SANDBOX: 'on' },
    ...(around && { around }),
  });
  const answered: unknown[] = [];

  const created = await gateway.query(createCompany, { input: { name: 'Acme' } });
  const companyId: string = created.data.createCompany.company.id;
  const keyed = { 'idempotency-key': 'once' };
  const again = { query: createCompany, variables: { input: { name: 'Zenith' } } };
  const [first, second] = [
    await sendJson(gateway.url, again, keyed),
    await sendJson(gateway.url, again, keyed),
  ];
  answered.push(first.json().errors, first.text === second.text);

  const page = await linkPlatform(openBrowser(), await companyLinkUrl(gateway, companyId));
  answered.push(page.status);
  const connection = await gateway.query(createConnection, {
    input: { companyId, integrationKey: 'exgd' },
  });
  const connectionId: string = connection.data.createConnection.connection.id;
  const changed = await gateway.query(changes, {
    company: { companyId, name: 'Acme & Co' },
    linked: { companyId, connectionId, credentials: { accessToken: 'token' } },
    unlinked: { companyId, connectionId },
  });
  answered.push(changed.errors, changed.data);

  for (const [method, path, body] of [
    ['POST', '/companies', { name: 'Apex' }],
    [
      'PUT',
      `/companies/${companyId}/connections/${connectionId}/authorization`,
      { accessToken: 't' },
    ],
    ['PATCH', `/companies/${companyId}/connections/${connectionId}`, { status: 'Unlinked' }],
    ['DELETE', `/companies/${companyId}/connections/${connectionId}`, undefined],
    ['DELETE', `/companies/${companyId}`, undefined],
  ] as const) {
    const response = await fetch(`${gateway.url}/api${path}`, {
      method,
      headers: { 'content-type': 'application/json', 'idempotency-key': `${method}-${path}` },
      ...(body && { body: JSON.stringify(body) }),
    });
    answered.push([method, response.status]);
  }

  const store = around ? around(gateway.store) : gateway.store;
  for (const strict of [true, false]) {
    const refused: string[] = [];
    const onRefused = ({ place }: { place: string }) => refused.push(place);
    answered.push(
      await importRecords(store, records, { maxConnections: 1000, strict, onRefused }),
      refused,
    );
  }
  const key = await gateway.query(createKey, { input: { name: 'First', scope: 'READ' } });
  answered.push(typeof key.data.createApiKey.secret);

  const kept = inDatabase(gateway.file, (db) => ({
    events: db.prepare('SELECT type, from_status, to_status, actor, reason FROM events').all(),
    rows: ['companies', 'connections', 'links', 'authorizations', 'credentials', 'api_keys'].map(
      (table) => [table, db.prepare(`SELECT count(*) AS rows FROM ${table}`).pluck().get()],
    ),
    answers: db.prepare('SELECT count(*) FROM idempotent_answers').pluck().get(),
  }));
  return { answered, kept };
}

test('what is done is done once, though each transaction runs twice', async () => {
  const usual = await doAll();

  expect(await doAll(runsAgain)).toEqual(usual);

  expect(usual.kept.events.length).toBeGreaterThan(12);
  expect(usual.kept.answers).toBe(6);
  expect(usual.answered).toEqual([
    undefined,
    true,
    200,
    [],
    expect.anything(),
    ...[200, 200, 200, 200, 204].map((status) => [expect.anything(), status]),
    expect.objectContaining({ ending: 'nothing imported' }),
    ['line 2'],
    expect.objectContaining({ ending: 'complete' }),
    ['line 2'],
    'string',
  ]);
});
