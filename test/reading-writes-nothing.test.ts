import { expect, test } from 'vitest';
import { choose, newCompany, openBrowser, startLinkingGateway } from './support/linking.ts';
import { signInAndConsent } from './support/sandbox-user.ts';
import { startTestGateway, type Answer, type TestGateway } from './support/gateway.ts';
import { companyRecord, connectionRecord } from './support/records.ts';
import { inDatabase } from './support/rows.ts';

/** Returns the number of rows in each table. */
function countAll({ file }: { readonly file: string }) {
  return inDatabase(file, (db) => {
    const names = db
      .prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`)
      .pluck()
      .all();
    return names.map((name) => [name, db.prepare(`SELECT count(*) FROM "${name}"`).pluck().get()]);
  });
}

async function startFilled(companies: number) {
  const gateway = await startTestGateway({ graphiql: true, env: { RATE_LIMIT: 'off' } });
  const records = Array.from({ length: companies }, (_, index) =>
    companyRecord({ name: `Company ${index}`, dataConnections: [connectionRecord()] }),
  );
  await gateway.import(records);
  gateway.takeStatements();
  const [{ id: companyId, dataConnections } = companyRecord({})] = records;
  return { gateway, companyId, connectionId: dataConnections[0]?.id ?? '' };
}

/** Expects that `read` writes nothing. */
async function expectNoWrite(gateway: TestGateway, read: () => Promise<unknown>) {
  const before = countAll(gateway);
  gateway.takeStatements();
  await read();
  // Reader threads end their transactions by COMMIT; one that writes begins with BEGIN IMMEDIATE.
  const written = gateway
    .takeStatements()
    .filter((sql) => !/^(select|with|pragma|savepoint|release|commit)/i.test(sql));
  expect(written).toEqual([]);
  expect(countAll(gateway)).toEqual(before);
}

test('no GET of the REST API writes', async () => {
  const { gateway, companyId, connectionId } = await startFilled(3);
  const [integration] = await gateway.store.integrations.all({ key: 'gbol' });
  const document = await fetch(`${gateway.url}/api/openapi.json`).then((it) => it.json());
  const paths = Object.entries(document.paths as Record<string, object>)
    .filter(([, methods]) => 'get' in methods)
    .map(([path]) =>
      path
        .replace('{companyId}', companyId)
        .replace('{connectionId}', connectionId)
        .replace(/\{(platformKey|integrationKey)\}/, 'gbol')
        .replace('{integrationId}', integration?.id ?? ''),
    );
  expect(paths.length).toBeGreaterThan(6);
  expect(paths.join()).not.toContain('{');

  await expectNoWrite(gateway, async () => {
    for (const path of paths) {
      for (const method of ['GET', 'HEAD']) {
        const response = await fetch(`${gateway.url}/api${path}`, { method });
        await response.arrayBuffer();
        expect([path, response.status]).toEqual([path, 200]);
      }
    }
  });
});

test('no query writes', async () => {
  const { gateway, companyId, connectionId } = await startFilled(3);
  const connection = `
    id sourceId platformName sourceType status linkUrl lastSync created allowedActions integrationId
    integration { id name } company { id linkUrl } health { state }
    history(first: 5) { nodes { id type } totalCount }`;
  const company = `
    id name description tags { key value } created lastSync linkUrl connectionStatuses
    connections { ${connection} }`;

  await expectNoWrite(gateway, async () => {
    for (const selection of [
      `company(id: "${companyId}") { ${company} }`,
      `connection(id: "${connectionId}") { ${connection} }`,
      `node(id: "${companyId}") { ... on Company { ${company} } }`,
      `companies(first: 3) { totalCount nodes { id linkUrl connections { id linkUrl } } }`,
      `companies(first: 3, filter: { search: "Company" }) { totalCount nodes { id linkUrl } }`,
      `connections(first: 3) { totalCount nodes { id linkUrl company { id linkUrl } } }`,
      `integrations { id key name sourceType enabled }`,
      `apiKeys { id name usable }`,
      `__schema { types { name } }`,
    ]) {
      // Several times, so that both paths handle it.
      for (let time = 0; time < 4; time += 1) {
        const { data, errors } = await gateway.query(`{ ${selection} }`);
        expect([selection, errors]).toEqual([selection, []]);
        expect(Object.values(data)).not.toContain(null);
      }
    }
  });
});

test('no page that is only looked at writes', async () => {
  const gateway = await startLinkingGateway({ RATE_LIMIT: 'off', GRAPHIQL: 'on' });
  const { companyId } = await gateway.withCompany();
  const created = await gateway.query(
    `mutation ($input: CreateConnectionInput!) {
      createConnection(input: $input) { ... on CreateConnectionPayload { connection { id } } }
    }`,
    { input: { companyId, integrationKey: 'mqjo' } },
  );
  const { data } = await gateway.query(
    `query ($companyId: ID!, $connectionId: ID!) {
      company(id: $companyId) { linkUrl } connection(id: $connectionId) { linkUrl }
    }`,
    { companyId, connectionId: created.data.createConnection.connection.id },
  );

  await expectNoWrite(gateway, async () => {
    for (const url of [
      data.company.linkUrl,
      data.connection.linkUrl,
      `${gateway.url}/`,
      `${gateway.url}/health/ready`,
      `${gateway.url}/metrics`,
    ]) {
      for (const method of ['GET', 'HEAD', 'GET']) {
        const response = await fetch(url, { method, headers: { accept: 'text/html' } });
        await response.arrayBuffer();
        expect([url, response.status]).toEqual([url, 200]);
      }
    }
  });
});

test('no HEAD of the answer to an authorization takes it, and GET, the one that must change something, does', async () => {
  const gateway = await startLinkingGateway({ RATE_LIMIT: 'off' });
  const { linkUrl } = await newCompany(gateway);
  const browser = openBrowser();
  const sent = await choose(browser, linkUrl);
  const answer = await signInAndConsent(sent.url);

  await expectNoWrite(gateway, async () => {
    const { status } = await fetch(answer, { method: 'HEAD' });
    expect(status).toBe(405);
    // Without the browser that began it, or its state, GET takes nothing either.
    expect((await openBrowser().open(answer)).status).toBe(410);
    expect((await browser.open(`${answer.origin}${answer.pathname}`)).status).toBe(410);
  });

  const result = await browser.open(answer);
  expect(result.status).toBe(200);
  await expectNoWrite(gateway, async () => {
    expect((await browser.open(result.url)).status).toBe(200);
    expect((await fetch(result.url, { method: 'HEAD' })).status).toBe(404);
  });
});

test('no page of the sandbox that is only looked at writes, and no HEAD begins or ends an authorization', async () => {
  const gateway = await startLinkingGateway({ RATE_LIMIT: 'off' });
  const { linkUrl } = await newCompany(gateway);
  const browser = openBrowser();
  const { url: authorization } = await choose(browser, linkUrl);
  const user = openBrowser();
  const signIn = await user.open(authorization);
  const sandbox = { file: `${gateway.file}.sandbox` };
  const before = countAll(sandbox);

  expect((await fetch(authorization, { method: 'HEAD' })).status).toBe(405);
  const resume = new URL(signIn.url.pathname.replace('/interaction/', '/auth/'), signIn.url);
  expect((await fetch(resume, { method: 'HEAD' })).status).toBe(405);
  expect((await user.open(signIn.url)).status).toBe(200);
  for (const path of ['/', '/connected-apps', '/sandbox.css', '/jwks', '/nothing']) {
    for (const method of ['GET', 'HEAD']) {
      await (await fetch(`${gateway.sandboxUrl}${path}`, { method })).arrayBuffer();
    }
  }

  expect(countAll(sandbox)).toEqual(before);
  expect(before).toContainEqual(['artifacts', expect.any(Number)]);
});

interface Companies {
  readonly nodes: readonly unknown[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

test('a list of 5,000 companies inserts no row, on either face', async () => {
  const { gateway } = await startFilled(5000);

  await expectNoWrite(gateway, async () => {
    const listed = await fetch(`${gateway.url}/api/companies?pageSize=5000`).then((it) =>
      it.json(),
    );
    expect(listed.results).toHaveLength(5000);
    expect(listed.results[4999].redirect).toMatch(/code=/);
    expect(listed.results[4999].dataConnections[0].linkUrl).toMatch(/code=/);

    let read = 0;
    for (let after: string | null = null, more = true; more;) {
      const { data, errors }: Answer<{ companies: Companies }> = await gateway.query(
        `query ($after: String) {
          companies(first: 100, after: $after) {
            nodes { linkUrl connections { linkUrl } }
            pageInfo { hasNextPage endCursor }
          }
        }`,
        { after },
      );
      expect(errors).toEqual([]);
      read += data.companies.nodes.length;
      ({ endCursor: after, hasNextPage: more } = data.companies.pageInfo);
    }
    expect(read).toBe(5000);
  });
});
