import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import type { CompanyId, ConnectionId } from '../../src/domain/id.ts';
import { importRecords } from '../../src/import/import-records.ts';
import { readRecords } from '../../src/import/read-records.ts';
import { openCredentials } from '../../src/linking/upkeep/stored-credentials.ts';
import { ask } from '../support/callers.ts';
import type { TestGateway } from '../support/gateway.ts';
import { shared } from '../support/lifetime.ts';
import { startLinkingGateway } from '../support/linking.ts';
import { send } from '../support/http.ts';
import { jsonOf, meaningfulNames } from '../support/names.ts';
import { companyRecord, connectionRecord } from '../support/records.ts';
import { handOver } from '../support/renewing.ts';
import { startRestGateway } from '../support/rest.ts';

// Data under a name that a caller chooses is stored and returned whole, whatever JavaScript means by the name.

const gateway = shared(() => startRestGateway({ env: { RATE_LIMIT: 'off' } }));

/** A company has at most ten tags. */
const sets = Array.from({ length: Math.ceil(meaningfulNames.length / 10) }, (_, index) =>
  meaningfulNames.slice(index * 10, (index + 1) * 10),
);

const jsonOfTags = (names: readonly string[]) =>
  `{${names.map((name) => `"${name}":"of ${name}"`).join()}}`;

/** Returns the tags of a company over GraphQL and over REST. */
async function tagsOf({ url }: Pick<TestGateway, 'url'>, id: string) {
  const query = `{ company(id: "${id}") { tags { key value } } }`;
  const { data } = await ask({ url }, { query });
  const rest = await send(url, { path: `/api/companies/${id}` });
  return {
    graphql: (data.company.tags as { key: string; value: string }[]).map((it) => [
      it.key,
      it.value,
    ]),
    rest: Object.entries((rest.json() as { tags: object }).tags),
  };
}

function expected(names: readonly string[]) {
  const tags = names.toSorted().map((name) => [name, `of ${name}`]);
  return { graphql: tags, rest: tags };
}

test.for(sets.map((names) => ({ names })))(
  'tags are created over REST: $names',
  async ({ names }) => {
    const body = `{"name":"Acme","tags":${jsonOfTags(names)}}`;
    const headers = { 'idempotency-key': names.join('.') };
    const create = () => gateway().raw({ method: 'POST', path: '/companies', headers, body });

    const created = (await create()).json();
    const again = (await create()).json();

    expect(Object.entries(created.tags)).toEqual(expected(names).rest);
    expect(Object.entries(again.tags)).toEqual(expected(names).rest);
    expect(await tagsOf(gateway(), created.id)).toEqual(expected(names));
  },
);

test.for(['PUT', 'PATCH'])('tags are changed over REST by %s', async (method) => {
  const { id } = (await gateway().query(createCompany, { tags: [] })).data.createCompany.company;
  for (const names of sets) {
    const body = `{"name":"Acme","tags":${jsonOfTags(names)}}`;

    const changed = await gateway().raw({ method, path: `/companies/${id}`, body });

    expect(Object.entries(changed.json().tags)).toEqual(expected(names).rest);
    expect(await tagsOf(gateway(), id)).toEqual(expected(names));
  }
});

const createCompany = `mutation($tags: [TagInput!]) {
  createCompany(input: { name: "Acme", tags: $tags }) { ... on CreateCompanyPayload { company { id } } }
}`;

test('tags are created over GraphQL, and companies are found by them', async () => {
  for (const names of sets) {
    const tags = names.map((key) => ({ key, value: `of ${key}` }));
    const { id } = (await gateway().query(createCompany, { tags })).data.createCompany.company;

    expect(await tagsOf(gateway(), id)).toEqual(expected(names));
    for (const key of names) {
      const filter = { tags: [{ key, value: `of ${key}` }] };
      const query = 'query($filter: CompanyFilter) { companies(filter: $filter) { nodes { id } } }';
      const { data } = await gateway().query(query, { filter });
      expect(data.companies.nodes).toContainEqual({ id });
      const path = `/companies?tags=${encodeURIComponent(`${key} = of ${key}`)}`;
      const { results } = (await gateway().raw({ path })).json();
      expect(results.map((it: { id: string }) => it.id)).toContain(id);
    }
  }
});

test('a tag that is no text is rejected by its name', async () => {
  const { companyId } = await gateway().withCompany();
  for (const name of meaningfulNames) {
    const body = `{"tags":${jsonOf(name, 5)}}`;

    const answer = await gateway().raw({ method: 'PATCH', path: `/companies/${companyId}`, body });

    expect(answer.status).toBe(400);
    expect(answer.json().error).toBe(`tags.${name} must be a string`);
  }
});

const formats = [
  ['NDJSON', (records: string[]) => records.join('\n')],
  ['an array', (records: string[]) => `[${records.join()}]`],
  ['a page', (records: string[]) => `{"results":[${records.join()}],"pageNumber":1}`],
] as const;

function importText(text: string) {
  return importRecords(gateway().store, () => readRecords(Readable.from([Buffer.from(text)])), {
    maxConnections: 1000,
  });
}

test.for(formats)('tags are imported from %s', async ([, inFormat]) => {
  const records = sets.map((names) => ({ names, record: companyRecord() }));
  const texts = records.map(({ names, record }) =>
    JSON.stringify({ ...record, tags: 0 }).replace('"tags":0', `"tags":${jsonOfTags(names)}`),
  );

  const { companies } = await importText(inFormat(texts));

  expect(companies.created).toBe(sets.length);
  for (const { names, record } of records) {
    expect(await tagsOf(gateway(), record.id)).toEqual(expected(names));
  }
});

test.for(formats)(
  'a member of a record that has no meaning is ignored in %s',
  async ([, inFormat]) => {
    // Were the name taken for the prototype, the record would have the name.
    const [records, nameless] = [true, false].map((hasName) =>
      meaningfulNames.map((name) => {
        const { name: own, ...record } = companyRecord();
        const json = JSON.stringify(hasName ? { ...record, name: own } : record);
        return `${json.slice(0, -1)},${jsonOf(name, { name: 'x' }).slice(1)}`;
      }),
    ) as [string[], string[]];

    expect((await importText(inFormat(records))).companies).toMatchObject({
      created: meaningfulNames.length,
      refused: 0,
    });
    expect((await importText(inFormat(nameless))).companies).toMatchObject({
      created: 0,
      refused: meaningfulNames.length,
    });
  },
);

test('an integration can have any of the names as its key', async () => {
  for (const integrationKey of meaningfulNames) {
    const path = `/integrations/${integrationKey}`;
    expect((await gateway().raw({ path })).status).toBe(404);
    const connection = connectionRecord({ integrationKey });

    await gateway().import([companyRecord({ dataConnections: [connection] })]);

    expect((await gateway().raw({ path })).json().key).toBe(integrationKey);
    const query = `{ connections(filter: { integrationKey: "${integrationKey}" }) { nodes { id } } }`;
    expect((await gateway().query(query)).data.connections.nodes).toEqual([{ id: connection.id }]);
  }
});

/** The fields of credentials, of which there are at most twenty. */
const fieldNames = meaningfulNames.slice(0, 20);

test('fields of credentials are stored whole, from GraphQL and from REST', async () => {
  const { companyId, connectionIds } = await gateway().withCompany({
    connections: [{ sourceType: 'Banking' }, { sourceType: 'Commerce' }],
  });
  const [first = '', second = ''] = connectionIds;
  const fields = fieldNames.map((name) => ({ name, value: `of ${name}` }));
  await gateway().query(handOver, {
    input: { companyId, connectionId: first, credentials: { accessToken: 't', fields } },
  });
  await gateway().raw({
    method: 'PUT',
    path: `/companies/${companyId}/connections/${second}/authorization`,
    body: `{"accessToken":"t",${jsonOfTags(fieldNames).slice(1)}`,
  });

  for (const connectionId of connectionIds) {
    const of = { companyId: companyId as CompanyId, connectionId: connectionId as ConnectionId };
    const stored = await gateway().store.credentials.ofConnection(of.connectionId);
    if (stored === undefined) throw new Error('there are no credentials');
    const credentials = await openCredentials(gateway().vault, { ...of, ...stored });
    const texts = fieldNames.map((name) => [name, `of ${name}`] as const);
    expect(new Map(Object.entries(credentials.fields))).toEqual(new Map(texts));
  }
});

/** Removes the codes of links, which are new in each response. */
function withoutCodes(text: string): string {
  return text.replaceAll(/code=[\w-]+/g, '');
}

test('parameters, headers, cookies and paths of REST that nobody reads change nothing', async () => {
  const usual = await gateway().raw({ path: '/companies?pageSize=1&orderBy=id' });
  for (const name of meaningfulNames) {
    const path = `/companies?pageSize=1&orderBy=id&${name}=x&${name}=y`;
    const headers = { [name]: 'x', cookie: `${name}=x`, 'x-request-id': name };
    expect(withoutCodes((await gateway().raw({ path, headers })).text)).toBe(
      withoutCodes(usual.text),
    );
    for (const wrong of [
      `/companies?orderBy=${name}`,
      `/companies?query=${name}%3D1`,
      `/companies?page=${name}`,
    ]) {
      expect((await gateway().raw({ path: wrong })).status).toBe(400);
    }
    expect((await gateway().raw({ path: `/companies/${name}` })).status).toBe(404);
    expect((await send(gateway().url, { path: `/api/${name}` })).status).toBe(404);
    expect((await send(gateway().url, { path: `/${name}` })).status).toBe(404);
  }
});

test('a member of a REST body that has no meaning is ignored', async () => {
  for (const name of meaningfulNames) {
    const post = (body: string) => gateway().raw({ method: 'POST', path: '/companies', body });
    const json = (
      await post(`{"name":"Acme",${jsonOf(name, { description: 'x' }).slice(1)}`)
    ).json();
    expect(json).toMatchObject({ name: 'Acme' });
    expect(json).not.toHaveProperty('description');
    const nameless = await post(jsonOf(name, { name: 'x' }));
    expect(nameless.json().error).toBe('name must be a string');
  }
});

test('the link pages and the sandbox take any of the names for a parameter that they do not know', async () => {
  const linking = await startLinkingGateway({ RATE_LIMIT: 'off' });
  for (const name of meaningfulNames) {
    const cookie = `${name}=x; connexions-link=${name}`;
    const parameters = `${name}=x&state=${name}&code=${name}&error=${name}`;
    const status = async (url: string, path: string, body?: string) => {
      const answer = await send(url, {
        path,
        headers: {
          cookie,
          [name]: 'x',
          ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
        },
        ...(body !== undefined && { method: 'POST', body }),
      });
      return answer.status;
    };
    expect(await status(linking.url, `/link/callback/${name}?${parameters}`)).toBe(410);
    expect(await status(linking.url, `/link/companies/${name}?${parameters}`)).toBe(404);
    expect(await status(linking.url, `/link/companies/${name}`, parameters)).toBe(404);
    const { sandboxUrl } = linking;
    const authorize = `/auth?client_id=sandbox-accounting&response_type=code&scope=openid+${name}`;
    expect(await status(sandboxUrl, `${authorize}&${parameters}`)).toBeLessThan(500);
    expect(await status(sandboxUrl, `/auth?client_id=${name}&${parameters}`)).toBe(400);
    expect(await status(sandboxUrl, '/token', `grant_type=${name}&${parameters}`)).toBe(400);
    expect(await status(sandboxUrl, `/interaction/${name}`)).toBeLessThan(500);
  }
});
