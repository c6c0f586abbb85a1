import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { storedEvents } from '../support/change.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { sendJson } from '../support/http.ts';
import { recordingLogger } from '../support/log.ts';

/** Runs SQL on the gateway's database file through a separate connection. */
function execute({ file }: TestGateway, sql: string): void {
  const db = new Database(file);
  db.exec(sql);
  db.close();
}

const error = 50;

/** Returns the log entries other than those of requests. */
function faults(entries: ReturnType<ReturnType<typeof recordingLogger>['entries']>) {
  return entries.filter(({ msg }) => msg !== 'request');
}

test('an internal fault is answered with its request id and logged with it', async () => {
  const { logger, entries } = recordingLogger();
  const gateway = await startTestGateway({ logger });
  const { companyId } = await gateway.withCompany();
  execute(gateway, 'DROP TABLE company_tags');

  const answer = await sendJson(
    gateway.url,
    {
      query: `{ company(id: "${companyId}") { id tags { key } } node(id: "${companyId}") { id } }`,
    },
    { 'x-request-id': 'request-7' },
  );

  expect(answer.status).toBe(200);
  expect(answer.headers['x-request-id']).toBe('request-7');
  const { data, errors } = answer.json();
  expect(data).toEqual({ company: null, node: { id: companyId } });
  expect(errors).toEqual([
    {
      message: 'Internal error (request id request-7)',
      locations: [expect.anything()],
      path: ['company', 'tags'],
      extensions: expect.objectContaining({
        code: 'INTERNAL_SERVER_ERROR',
        requestId: 'request-7',
      }),
    },
  ]);
  expect(faults(entries())).toEqual([
    expect.objectContaining({
      level: error,
      msg: 'internal error',
      requestId: 'request-7',
      path: ['company', 'tags'],
      err: expect.objectContaining({
        message: 'no such table: company_tags',
        stack: expect.stringContaining('at '),
      }),
    }),
  ]);
});

test('a change that fails inside is undone and reported like any internal fault', async () => {
  const { logger, entries } = recordingLogger();
  const gateway = await startTestGateway({ logger });
  await gateway.withCompany({ name: 'Acme' });
  execute(
    gateway,
    `CREATE TRIGGER broken BEFORE INSERT ON events BEGIN SELECT raise(ABORT, 'disk of glass'); END`,
  );
  const before = storedEvents(gateway);

  const answer = await sendJson(
    gateway.url,
    { query: 'mutation { createCompany(input: { name: "Zenith" }) { __typename } }' },
    { 'x-request-id': 'request-8' },
  );

  expect(answer.json().errors[0].message).toBe('Internal error (request id request-8)');
  expect(answer.text).not.toContain('glass');
  expect(faults(entries())).toEqual([
    expect.objectContaining({ level: error, requestId: 'request-8' }),
  ]);
  const { data } = await gateway.query('{ companies { nodes { name } } }');
  expect(data.companies.nodes).toEqual([{ name: 'Acme' }]);
  expect(storedEvents(gateway)).toEqual(before);
});

test('the gateway goes on after an internal fault', async () => {
  const gateway = await startTestGateway();
  const create = 'mutation { createCompany(input: { name: "Zenith" }) { __typename } }';
  const trigger = `CREATE TRIGGER broken BEFORE INSERT ON events BEGIN SELECT raise(ABORT, 'no'); END`;
  execute(gateway, trigger);
  expect((await gateway.query(create)).errors).toHaveLength(1);

  execute(gateway, 'DROP TRIGGER broken');

  expect((await gateway.query(create)).data.createCompany).toEqual({
    __typename: 'CreateCompanyPayload',
  });
});

test('a change while another process writes for long is refused as one to try again', async () => {
  const { logger, entries } = recordingLogger();
  const gateway = await startTestGateway({ logger });
  const other = new Database(gateway.file);
  other.exec('BEGIN IMMEDIATE');

  const answer = await sendJson(gateway.url, {
    query: 'mutation { createCompany(input: { name: "Zenith" }) { __typename } }',
  });

  other.exec('ROLLBACK');
  other.close();
  expect(answer.status).toBe(503);
  expect(answer.headers['retry-after']).toBe('1');
  expect(answer.json()).toMatchObject({
    data: null,
    errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }],
  });
  expect(faults(entries())).toEqual([expect.objectContaining({ msg: 'store unavailable' })]);
  const { data } = await gateway.query('{ companies { totalCount } }');
  expect(data.companies.totalCount).toBe(0);
});

test('reads are answered while another process writes', async () => {
  const gateway = await startTestGateway();
  await gateway.withCompany();
  const other = new Database(gateway.file);
  other.exec('BEGIN IMMEDIATE');

  const { data } = await gateway.query('{ companies { totalCount } }');

  other.exec('ROLLBACK');
  other.close();
  expect(data.companies.totalCount).toBe(1);
});

test.for<[string, object]>([
  ['bad input', { query: '{ company(id: "acme") { id } companies(first: 0) { totalCount } }' }],
  ['a bad variable', { query: 'query ($id: ID!) { company(id: $id) { id } }' }],
  ['a document that cannot be parsed', { query: '{ companies(' }],
  ['a document that is invalid', { query: '{ nothing }' }],
  ['no query', {}],
])('%s is no internal fault: nothing is logged', async ([, body]) => {
  const { logger, entries } = recordingLogger();
  const gateway = await startTestGateway({ logger });

  const answer = await sendJson(gateway.url, body);

  expect(answer.json().errors[0].extensions.code).not.toBe('INTERNAL_SERVER_ERROR');
  expect(entries().filter(({ level }) => level >= error)).toEqual([]);
});

test.for<[string, unknown]>([
  ['a missing table', { query: '{ companies { nodes { tags { key } } } }' }],
  ['a body that is not JSON', '{"query": '],
  ['a number for a document', { query: 5 }],
  ['bad input', { query: '{ company(id: "acme") { id } }' }],
  ['a forged cursor', { query: '{ companies(after: "WzFd") { totalCount } }' }],
  [
    'quotes in a search',
    { query: `{ companies(filter: { search: "'\\") OR 1" }) { totalCount } }` },
  ],
])('the answer to %s tells nothing of the inside', async ([, body]) => {
  const gateway = await startTestGateway();
  await gateway.withCompany();
  execute(gateway, 'DROP TABLE company_tags');

  const { text, headers } = await sendJson(gateway.url, body);

  const inside =
    /\n\s+at |node_modules|\.[jt]s:\d|sqlite|select |no such table|company_tags|stack/i;
  expect(text).not.toMatch(inside);
  expect(JSON.stringify(headers)).not.toMatch(/sqlite|yoga|node|x-powered-by/i);
});
