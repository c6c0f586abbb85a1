import Database from 'better-sqlite3';
import { expect, onTestFinished, test, vi } from 'vitest';
import { bearer, makeApiKey } from '../support/callers.ts';
import { expectSame, ids, startBothPaths, type BothPaths } from '../support/both-paths.ts';
import { plant } from '../support/database.ts';
import { companyRecord, connectionRecord } from '../support/records.ts';

// Errors and exceeded limits have the same responses and logs on the fast path as through Yoga.

type Variables = Record<string, unknown>;

/** Makes the fast path compile a document, by sending it while there is no fault. */
async function makeKnown(both: BothPaths, query: string, variables: Variables = {}) {
  const { paths } = await expectSame(both, { body: { query, variables } }, 3);
  expect(paths).toEqual(['full', 'full', 'fast']);
}

const accepts = ['application/json', 'application/graphql-response+json'];

/** Sends a query to both gateways for each response type that a client can accept. Returns the last response. */
async function expectSameForAll(both: BothPaths, query: string, variables: Variables = {}) {
  let last = { text: '', status: 0 };
  for (const accept of accepts) {
    const request = { headers: { accept }, body: { query, variables } };
    last = await expectSame(both, request, 2);
  }
  return last;
}

function execute(sql: string) {
  return ({ file }: { readonly file: string }) => {
    const db = new Database(file);
    db.pragma('foreign_keys = OFF');
    db.exec(sql);
    db.close();
  };
}

// Each query can fail in only one place: with several failures, the reported errors depend on which one comes first.
const tagsOf = [
  `query Tags($id: ID!) {
    company(id: $id) { id tags { key } connections { integration { name } company { again: tags { value } } } }
  }`,
  'query Tags($id: ID!) { company(id: $id) { name } companies { nodes { name tags { key } } } }',
];
const update = `mutation Update($input: UpdateCompanyInput!) {
  updateCompany(input: $input) {
    __typename
    ... on UpdateCompanyPayload { company { name tags { key } connections { id } } }
  }
}`;
const changed = { input: { companyId: ids.acme, name: 'Changed' } };

test('a table that is gone', async () => {
  const both = await startBothPaths();
  for (const query of tagsOf) await makeKnown(both, query, { id: ids.acme });
  await both.each(execute('DROP TABLE company_tags'));

  for (const query of tagsOf) {
    const { text } = await expectSameForAll(both, query, { id: ids.acme });

    expect(text).toContain('INTERNAL_SERVER_ERROR');
    expect(text).not.toContain('company_tags');
  }
});

test('a table that a changed company is read from is gone', async () => {
  const both = await startBothPaths();
  await makeKnown(both, update, changed);
  await both.each(execute('DROP TABLE connections'));

  const { text } = await expectSameForAll(both, update, changed);

  expect(text).toContain('INTERNAL_SERVER_ERROR');
});

test('a change that the database refuses', async () => {
  const both = await startBothPaths();
  await makeKnown(both, update, changed);
  await both.each(
    execute(
      `CREATE TRIGGER broken BEFORE UPDATE ON companies BEGIN SELECT raise(ABORT, 'glass'); END`,
    ),
  );

  const { text } = await expectSameForAll(both, update, {
    input: { companyId: ids.acme, name: 'Again' },
  });

  expect(text).toContain('INTERNAL_SERVER_ERROR');
  expect(text).not.toContain('glass');
});

test('several changes, of which one fails: those behind it are not made', async () => {
  const both = await startBothPaths();
  const query = `mutation Create($a: String!, $b: String!) {
    a: createCompany(input: { name: $a }) { __typename }
    b: createCompany(input: { name: $b }) { __typename }
  }`;
  for (const n of [1, 2, 3]) {
    await expectSame(both, { body: { query, variables: { a: `A${n}`, b: `B${n}` } } }, 1);
  }
  await both.each(
    execute(
      `CREATE TRIGGER broken BEFORE INSERT ON companies WHEN new.name = 'Bad'
        BEGIN SELECT raise(ABORT, 'glass'); END`,
    ),
  );

  const { text } = await expectSame(
    both,
    { body: { query, variables: { a: 'Bad', b: 'Never' } } },
    1,
  );

  expect(JSON.parse(text)).toMatchObject({ data: null, errors: [{ path: ['a'] }] });
  expect(await both.fast.store.companies.count({ search: 'Never' })).toBe(0);
  expect(await both.full.store.companies.count({ search: 'Never' })).toBe(0);
});

test('a record that holds what is no moment', async () => {
  const both = await startBothPaths();
  const query = 'query Created($id: ID!) { company(id: $id) { id name created } }';
  const updateAndAsk = update.replace('name tags', 'name created tags');
  await makeKnown(both, query, { id: ids.zenith });
  await makeKnown(both, updateAndAsk, changed);
  await both.each(({ file }) =>
    plant(file, 'PRAGMA ignore_check_constraints = ON; UPDATE companies SET created = 9e15'),
  );

  for (const { text } of [
    await expectSameForAll(both, query, { id: ids.zenith }),
    await expectSameForAll(both, updateAndAsk, { input: { companyId: ids.acme, name: 'B' } }),
  ]) {
    expect(text).toContain('INTERNAL_SERVER_ERROR');
  }
});

test('a company that is gone while its connection is not', async () => {
  const both = await startBothPaths();
  const query =
    'query Of($id: ID!) { connection(id: $id) { id company { name } } node(id: $id) { id } }';
  await makeKnown(both, query, { id: ids.linked });
  await both.each(({ file }) => plant(file, `UPDATE companies SET deleted_at = ${Date.now()}`));

  const { text } = await expectSameForAll(both, query, { id: ids.linked });

  expect(text).toContain('DELETED_MEANWHILE');
});

test('another process that goes on writing', async () => {
  const both = await startBothPaths();
  await makeKnown(both, update, changed);
  const others = [both.fast, both.full].map(({ file }) => new Database(file));
  for (const other of others) other.exec('BEGIN IMMEDIATE');

  const { status, text } = await expectSame(
    both,
    { body: { query: update, variables: changed } },
    1,
  );

  for (const other of others) other.close();
  expect(status).toBe(503);
  expect(text).toContain('SERVICE_UNAVAILABLE');
});

test('a key that may only read', async () => {
  const both = await startBothPaths();
  const keys = [await makeApiKey(both.fast, 'write'), await makeApiKey(both.fast, 'read')];
  // Copy the keys, so that both gateways accept the same ones.
  const rows = new Database(both.fast.file, { readonly: true });
  const all = rows.prepare<[], Record<string, unknown>>('SELECT * FROM api_keys').all();
  rows.close();
  const other = new Database(both.full.file);
  for (const row of all) {
    const names = Object.keys(row);
    other
      .prepare(
        `INSERT INTO api_keys (${names.join()}) VALUES (${names.map((it) => `@${it}`).join()})`,
      )
      .run(row);
  }
  other.close();
  const ask = (secret: string, query: string, variables: Variables = {}, rounds = 4) =>
    expectSame(both, { headers: bearer(secret), body: { query, variables } }, rounds);
  const [writer, reader] = keys.map(({ secret }) => secret) as [string, string];

  const { paths } = await ask(writer, update, changed);
  expect(paths.at(-1)).toBe('fast');
  expect((await ask(reader, update, changed)).text).toContain('FORBIDDEN');
  expect((await ask(writer, '{ apiKeys { id } }')).text).toContain('FORBIDDEN');
  const links = '{ companies { nodes { linkUrl connections { linkUrl } } } }';
  expect((await ask(writer, links)).text).toContain('code=');
  const read = await ask(reader, links);
  expect(read.text).not.toContain('code=');
  expect(read.paths.at(-1)).toBe('fast');
  expect((await ask(`${reader.slice(0, -1)}x`, links)).status).toBe(401);
});

test('an answer that could be too large, by a variable', async () => {
  const both = await startBothPaths({ MAX_COST: '300' });
  const query = `query Page($first: Int, $of: Int = 1) {
    companies(first: $first) { nodes { connections { history(first: $of) { nodes { id at } } } } }
  }`;
  await makeKnown(both, query, { first: 2 });

  for (const variables of [{ first: 100 }, { first: 2, of: 100 }, {}, { first: null }]) {
    const { text } = await expectSameForAll(both, query, variables);
    expect.soft(text, JSON.stringify(variables)).toContain('DOCUMENT_LIMIT');
  }
});

test('an answer with too many records', async () => {
  const both = await startBothPaths({ MAX_COST: '40' });
  const query = 'query Of($id: ID!) { company(id: $id) { connections { id status created } } }';
  await makeKnown(both, query, { id: ids.acme });
  const dataConnections = Array.from({ length: 41 }, () =>
    connectionRecord({ sourceType: 'Banking' }),
  );
  const record = companyRecord({ id: ids.nobody, dataConnections });
  await both.each((gateway) => gateway.import([record]));

  const { text } = await expectSameForAll(both, query, { id: ids.nobody });

  expect(text).toContain('The response has more than 40 connections');
});

test('an operation that takes too long', async () => {
  const both = await startBothPaths({ OPERATION_TIMEOUT_MS: '10000' });
  const query = 'query Names($id: ID!) { company(id: $id) { name tags { key } } }';
  await makeKnown(both, query, { id: ids.acme });
  const now = performance.now.bind(performance);
  // The clock advances by a minute each time it is read.
  let minutes = 0;
  onTestFinished(() => void vi.restoreAllMocks());
  vi.spyOn(performance, 'now').mockImplementation(() => now() + (minutes += 1) * 60_000);

  const answers = [await expectSame(both, { body: { query, variables: { id: ids.acme } } }, 1)];

  vi.restoreAllMocks();
  expect(answers[0]).toMatchObject({ status: 503, paths: ['full'] });
  expect(answers[0]?.text).toContain('OPERATION_TIMEOUT');
});
