import { expect, test } from 'vitest';
import { ask, bearer, codesOf, makeApiKey, send } from './support/callers.ts';
import { times } from './support/documents.ts';
import { startTestGateway, type TestGateway } from './support/gateway.ts';
import { companyRecord, connectionRecord } from './support/records.ts';
import { inDatabase } from './support/rows.ts';

const create = /* GraphQL */ `
  mutation Create($name: String!) {
    createCompany(input: { name: $name }) {
      __typename
      ... on CreateCompanyPayload {
        company {
          id
          name
          created
        }
      }
      ... on Error {
        message
      }
    }
  }
`;

const withKey = (key: string) => ({ 'idempotency-key': key });

const createWith = (gateway: TestGateway, key: string, name = 'Acme') =>
  ask(gateway, { query: create, variables: { name }, headers: withKey(key) });

const countRows = ({ file }: TestGateway, table: 'companies' | 'events' | 'idempotent_answers') =>
  inDatabase(file, (db) => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get());

test('a mutation that is repeated with its key gets the same bytes and changes nothing', async () => {
  const gateway = await startTestGateway();
  const first = await createWith(gateway, 'key-1');

  const second = await createWith(gateway, 'key-1');

  expect(first.errors).toEqual([]);
  expect(second.text).toBe(first.text);
  expect(second.status).toBe(first.status);
  expect(countRows(gateway, 'companies')).toBe(1);
  expect(countRows(gateway, 'events')).toBe(1);
});

test('a key that may only read begins no transaction of its own', async () => {
  const gateway = await startTestGateway();
  const { secret } = await makeApiKey(gateway, 'read');
  gateway.takeStatements();

  const answer = await ask(gateway, {
    query: create,
    variables: { name: 'Acme' },
    headers: { ...bearer(secret), ...withKey('key-1') },
  });

  expect(codesOf(answer)).toEqual(['FORBIDDEN']);
  expect(gateway.takeStatements().join()).not.toContain('idempotent_answers');
});

test('variables that are nested too deeply to be compared are a fault of the request', async () => {
  const gateway = await startTestGateway();
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

  const response = await send(gateway, {
    headers: withKey('key-1'),
    body: JSON.stringify({ query: create, variables: { name: 'Acme', other: 0 } }).replace(
      ':0}',
      `:${deep}}`,
    ),
  });

  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    errors: [{ extensions: { code: 'BAD_REQUEST' } }],
  });
  expect(countRows(gateway, 'companies')).toBe(0);
});

test('another key, or none, is another change', async () => {
  const gateway = await startTestGateway();
  await createWith(gateway, 'key-1');

  await createWith(gateway, 'key-2');
  await ask(gateway, { query: create, variables: { name: 'Acme' } });
  await ask(gateway, { query: create, variables: { name: 'Acme' } });

  expect(countRows(gateway, 'companies')).toBe(4);
  expect(countRows(gateway, 'idempotent_answers')).toBe(2);
});

test('a refusal is an answer, too, and is repeated even where it would not be refused any more', async () => {
  const gateway = await startTestGateway();
  const connection = connectionRecord({ status: 'PendingAuth' });
  const company = companyRecord({ dataConnections: [connection] });
  await gateway.import([company]);
  const unlink = () =>
    ask(gateway, {
      query: `mutation { unlinkConnection(input: { companyId: "${company.id}", connectionId: "${connection.id}" }) { __typename } }`,
      headers: withKey('key-1'),
    });
  const first = await unlink();
  await gateway.import([{ ...company, dataConnections: [{ ...connection, status: 'Linked' }] }]);

  const second = await unlink();

  expect(first.data.unlinkConnection).toEqual({ __typename: 'InvalidStatusError' });
  expect(second.text).toBe(first.text);
  const { data } = await gateway.query(`{ connection(id: "${connection.id}") { status } }`);
  expect(data.connection.status).toBe('LINKED');
});

test.for([
  ['other variables', { query: create, variables: { name: 'Other' } }],
  ['another document', { query: `${create} # again`, variables: { name: 'Acme' } }],
  [
    'another operation of a document',
    { query: create, variables: { name: 'Acme' }, operationName: 'Create' },
  ],
] as const)(
  'a key that came before is refused with %s, and nothing changes',
  async ([, question]) => {
    const gateway = await startTestGateway();
    await createWith(gateway, 'key-1');

    const answer = await ask(gateway, { ...question, headers: withKey('key-1') });

    expect(answer.status).toBe(422);
    expect(codesOf(answer)).toEqual(['IDEMPOTENCY_KEY_REUSED']);
    expect(answer.data).toBeUndefined();
    expect(countRows(gateway, 'companies')).toBe(1);
  },
);

test('the keys of one caller are nothing to another', async () => {
  const gateway = await startTestGateway();
  const [one, other] = [await makeApiKey(gateway), await makeApiKey(gateway)];
  const createAs = ({ secret }: { secret: string }, name: string) =>
    ask(gateway, {
      query: create,
      variables: { name },
      headers: { ...bearer(secret), ...withKey('key-1') },
    });

  const ones = await createAs(one, 'One');
  const others = await createAs(other, 'Other');

  expect(ones.data.createCompany.company.name).toBe('One');
  expect(others.data.createCompany.company.name).toBe('Other');
  expect((await createAs(one, 'One')).text).toBe(ones.text);
});

test.for(['', ' ', 'a b', 'é', 'x'.repeat(256), 'a\tb'])(
  'the key %j is malformed: the mutation is refused and changes nothing',
  async (key) => {
    const gateway = await startTestGateway();

    const answer = await createWith(gateway, key);

    expect(answer.status).toBe(400);
    expect(codesOf(answer)).toEqual(['BAD_REQUEST']);
    expect(countRows(gateway, 'companies')).toBe(0);
  },
);

test.for(['1', 'x'.repeat(255), '~!@#$%^&*()', "'OR'1'='1"])('the key %j will do', async (key) => {
  const gateway = await startTestGateway();

  const first = await createWith(gateway, key);
  const second = await createWith(gateway, key);

  expect(first.errors).toEqual([]);
  expect(second.text).toBe(first.text);
});

test('queries take no notice of a key', async () => {
  const gateway = await startTestGateway();
  const count = () =>
    ask(gateway, { query: '{ companies { totalCount } }', headers: withKey('not a valid key') });
  expect((await count()).data.companies.totalCount).toBe(0);
  await gateway.withCompany();

  expect((await count()).data.companies.totalCount).toBe(1);
  expect(countRows(gateway, 'idempotent_answers')).toBe(0);
});

/** Creates a company, and then makes a request that fails. */
const halfWay = /* GraphQL */ `
  mutation HalfWay($name: String!) {
    createCompany(input: { name: $name }) {
      __typename
    }
    createApiKey(input: { name: "new", scope: READ }) {
      __typename
    }
  }
`;

test('a request that fails half-way changes nothing and can be tried again with its key', async () => {
  const gateway = await startTestGateway();

  const answer = await ask(gateway, {
    query: halfWay,
    variables: { name: 'Acme' },
    headers: withKey('key-1'),
  });

  expect(answer.data).toBeNull();
  expect(answer.errors).toHaveLength(1);
  expect(countRows(gateway, 'companies')).toBe(0);
  expect(countRows(gateway, 'events')).toBe(0);
  expect((await createWith(gateway, 'key-1')).errors).toEqual([]);
  expect(countRows(gateway, 'companies')).toBe(1);
});

test('what is not executed at all leaves its key free', async () => {
  const gateway = await startTestGateway();
  const wrong = [
    { query: 'mutation { createCompany' },
    { query: 'mutation { createCompany(input: {}) { __typename } }' },
    { query: create, variables: {} },
  ];
  for (const question of wrong) await ask(gateway, { ...question, headers: withKey('key-1') });

  const { errors } = await createWith(gateway, 'key-1');

  expect(errors).toEqual([]);
});

test('a caller who may not change anything leaves nothing behind', async () => {
  const gateway = await startTestGateway();
  const { secret } = await makeApiKey(gateway, 'read');

  const answer = await ask(gateway, {
    query: create,
    variables: { name: 'Acme' },
    headers: { ...bearer(secret), ...withKey('key-1') },
  });

  expect(codesOf(answer)).toEqual(['FORBIDDEN']);
  expect(countRows(gateway, 'idempotent_answers')).toBe(0);
});

const unlinked = (statuses: string[]) => ({
  connection: {
    status: 'UNLINKED',
    company: { connectionStatuses: statuses },
    history: { totalCount: 2 },
  },
});

test('all changes of a request with a key are made together, and each sees those before it', async () => {
  const gateway = await startTestGateway();
  const { companyId, connectionIds } = await gateway.withCompany({
    connections: [{ sourceType: 'Banking' }, { sourceType: 'Commerce' }],
  });
  const unlink = (
    i: number,
  ) => `u${i}: unlinkConnection(input: { companyId: "${companyId}", connectionId: "${connectionIds[i]}" }) {
    ... on UnlinkConnectionPayload { connection { status company { connectionStatuses } history { totalCount } } }
  }`;

  const { data, errors } = await ask(gateway, {
    query: `mutation { ${times(2, unlink)} }`,
    headers: withKey('key-1'),
  });

  expect(errors).toEqual([]);
  expect(data).toEqual({ u0: unlinked(['LINKED', 'UNLINKED']), u1: unlinked(['UNLINKED']) });
});

test('createApiKey refuses a key, since its answer holds a secret, which is never stored', async () => {
  const gateway = await startTestGateway();

  const answer = await ask(gateway, {
    query: 'mutation { createApiKey(input: { name: "new", scope: READ }) { __typename } }',
    headers: withKey('key-1'),
  });

  expect(codesOf(answer)).toEqual(['BAD_REQUEST']);
  expect(await gateway.store.apiKeys.all()).toEqual([]);
  expect(countRows(gateway, 'idempotent_answers')).toBe(0);
});

const hours = 3_600_000;

test.for([
  ['after 23 hours', 23 * hours, 1],
  ['no more after 24 hours', 24 * hours + 1, 2],
] as const)('an answer is repeated %s', async ([, ageMs, companies]) => {
  const gateway = await startTestGateway();
  await createWith(gateway, 'key-1');
  inDatabase(gateway.file, (db) =>
    db.prepare('UPDATE idempotent_answers SET at = at - ?').run(ageMs),
  );

  await createWith(gateway, 'key-1');

  expect(countRows(gateway, 'companies')).toBe(companies);
});
