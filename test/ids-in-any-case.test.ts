import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { change } from './support/change.ts';
import { expectSame, ids, startBothPaths } from './support/both-paths.ts';
import { send } from './support/http.ts';
import { shared } from './support/lifetime.ts';
import { newCompany, openBrowser, startLinkingGateway } from './support/linking.ts';
import { companyRecord, connectionRecord } from './support/records.ts';
import { newConnection, startRestGateway } from './support/rest.ts';
import { runHere } from './support/run-here.ts';

// Clients send UUIDs in any case (RFC 9562, section 4). Everything that reads an id accepts it and answers in lower case.

const rest = shared(() => startRestGateway());

/** Fails if a text has a UUID that is not in lower case. */
function expectLowerCase(text: string): void {
  const uuids = text.match(/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/gi) ?? [];
  expect(uuids.filter((it) => it !== it.toLowerCase())).toEqual([]);
}

test('REST finds what a path names in upper case', async () => {
  const { companyId, connectionId } = await newConnection(rest());
  const company = `/companies/${companyId.toUpperCase()}`;
  const connection = `${company}/connections/${connectionId.toUpperCase()}`;
  const put = { method: 'PUT', body: { name: 'Acme' } };
  const requests = [
    { path: company },
    { path: company, ...put },
    { path: company, ...put, method: 'PATCH' },
    { path: `${company}/connections` },
    { path: `${company}/connections`, method: 'POST', body: { platformKey: 'mqjo' } },
    { path: connection },
    { path: `${connection}/authorization`, method: 'PUT', body: { accessToken: 'token' } },
    { path: connection, method: 'PATCH', body: { status: 'Unlinked' } },
    { path: connection, method: 'DELETE' },
    { path: company, method: 'DELETE' },
  ];
  for (const request of requests) {
    const { status, text } = await rest().raw(request);
    const isGone = request.path === company && request.method === 'DELETE';
    expect({ request, status, text }).toEqual({ request, text, status: isGone ? 204 : 200 });
    expectLowerCase(text);
  }
});

test('REST deletes the API key that a path names in upper case', async () => {
  const gateway = await startRestGateway();
  const created = await gateway.raw({ method: 'POST', path: '/apiKeys', body: {} });
  const { id, apiKey } = created.json() as { id: string; apiKey: string };

  const { status } = await gateway.raw({
    method: 'DELETE',
    path: `/apiKeys/${id.toUpperCase()}`,
    headers: { authorization: `Bearer ${apiKey}` },
  });

  expect(status).toBe(204);
});

test('a REST query finds by ids in upper case', async () => {
  const { companyId, connectionId } = await newConnection(rest());
  const { integrationId, sourceId } = await rest().sdk.connections.get({ companyId, connectionId });
  const queries = [
    `id = ${companyId.toUpperCase()}`,
    `dataConnections.id = ${connectionId.toUpperCase()}`,
    `id = ${companyId} && dataConnections.integrationId = ${integrationId.toUpperCase()}`,
    `id = ${companyId} && dataConnections.sourceId = ${sourceId.toUpperCase()}`,
  ];
  for (const query of queries) {
    const { results } = await rest().sdk.companies.list({ query });
    expect([query, results?.map(({ id }) => id)]).toEqual([query, [companyId]]);
  }
});

test('a REST change that is repeated with its key is the same request with its ids in another case', async () => {
  const { companyId } = await newConnection(rest());
  const headers = { 'idempotency-key': randomUUID() };
  const patch = (id: string) =>
    rest().raw({ method: 'PATCH', path: `/companies/${id}`, headers, body: { name: 'New' } });
  await patch(companyId);

  expect((await patch(companyId.toUpperCase())).status).toBe(200);
});

const paths = shared(() => startBothPaths());

test.for([
  ['company', ids.acme],
  ['connection', ids.linked],
  ['node', ids.pending],
] as const)('%s finds an id in upper case, on both paths', async ([field, id]) => {
  const body = {
    query: `query ($id: ID!) { ${field}(id: $id) { id } }`,
    variables: { id: id.toUpperCase() },
  };

  const { text } = await expectSame(paths(), { body }, 3);

  expect(text).toBe(JSON.stringify({ data: { [field]: { id } } }));
});

test('a filter of connections finds ids in upper case, on both paths', async () => {
  const query = `{ connections(filter: { companyId: "${ids.acme.toUpperCase()}" }) { nodes { company { id } } } }`;

  const { text } = await expectSame(paths(), { body: { query } }, 3);

  expect(text).toContain(ids.acme);
  expectLowerCase(text);
});

test('a mutation changes what ids in upper case name, and its key knows it again in lower case', async () => {
  const { companyId, connectionId } = await newConnection(rest());
  const query = `mutation ($input: DeleteConnectionInput!) {
    deleteConnection(input: $input) { __typename }
  }`;
  const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };
  const remove = (spell: (id: string) => string) =>
    send(rest().url, {
      method: 'POST',
      path: '/graphql',
      headers,
      body: JSON.stringify({
        query,
        variables: { input: { companyId: spell(companyId), connectionId: spell(connectionId) } },
      }),
    });

  const first = await remove((id) => id.toUpperCase());
  const second = await remove((id) => id);

  expect(first.json()).toEqual({
    data: { deleteConnection: { __typename: 'DeleteConnectionPayload' } },
  });
  expect(second.text).toBe(first.text);
});

test('a key does not take texts of different case for one request', async () => {
  const { companyId } = await newConnection(rest());
  const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };
  const text = randomUUID();
  const rename = (name: string) =>
    send(rest().url, {
      method: 'POST',
      path: '/graphql',
      headers,
      body: JSON.stringify({
        query: `mutation ($input: UpdateCompanyInput!) { updateCompany(input: $input) { __typename } }`,
        variables: { input: { companyId, name } },
      }),
    });
  await rename(text);

  expect((await rename(text.toUpperCase())).status).toBe(422);
});

test('an import reads ids in upper case as the same records', async () => {
  const connection = connectionRecord();
  const company = companyRecord({ dataConnections: [connection] });
  await rest().import([company]);
  const shouted = {
    ...company,
    id: company.id.toUpperCase(),
    dataConnections: [
      {
        ...connection,
        id: connection.id.toUpperCase(),
        integrationId: connection.integrationId.toUpperCase(),
        sourceId: connection.sourceId.toUpperCase(),
      },
    ],
  };

  expect(await rest().import([shouted])).toMatchObject({
    companies: { unchanged: 1 },
    connections: { unchanged: 1 },
  });
});

test('the page of a link opens at an address in upper case', async () => {
  const gateway = await startLinkingGateway();
  const { companyId, linkUrl } = await newCompany(gateway);
  const { connection } = await change(
    gateway,
    'createConnection',
    { companyId, integrationKey: 'mqjo' },
    'connection { linkUrl }',
  );
  for (const url of [linkUrl, connection.linkUrl as string]) {
    const shouted = url.replaceAll(/[\da-f-]{36}(?=[/?])/g, (id) => id.toUpperCase());
    const page = await openBrowser().open(shouted);
    expect([shouted, page.status]).toEqual([shouted, 200]);
    expectLowerCase(page.html);
  }
});

test('the command line revokes the API key that an id in upper case names', async () => {
  const { file } = await startRestGateway();
  const env = { DATABASE_URL: `file:${file}` };
  await runHere(['keys', 'create', '--name', 'x', '--scope', 'read'], { env });
  const [id = ''] = (await runHere(['keys', 'list'], { env })).stdout.split(' ');

  const { code, stdout } = await runHere(['keys', 'revoke', id.toUpperCase()], { env });

  expect(code).toBe(0);
  expect(stdout).toContain(id);
});
