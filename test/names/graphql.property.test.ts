import { randomUUID } from 'node:crypto';
import { assert, asyncProperty, boolean, constantFrom, uniqueArray } from 'fast-check';
import { expect, test } from 'vitest';
import { expectSame, ids, startBothPaths } from '../support/both-paths.ts';
import { sendJson, send } from '../support/http.ts';
import { shared } from '../support/lifetime.ts';
import { jsonOf, meaningfulNames, rotations } from '../support/names.ts';
import { startWithDocuments } from '../support/persisted.ts';
import { amount } from '../support/soak.ts';

// A name that a caller chooses works wherever GraphQL allows a name, on both paths, whatever JavaScript means by it.

const both = shared(() => startBothPaths({ MAX_COST: '1500' }));

type Names = readonly [
  ...(readonly [string, string, string, string, string]),
  ...(readonly [string, string, string, string, string]),
];

const places = 10;
const chosen = uniqueArray(constantFrom(...meaningfulNames), {
  minLength: places,
  maxLength: places,
}).map((names) => names as unknown as Names);

/** Each name at each place, and then random choices. */
const examples = rotations(places).map((names, index): [Names, boolean] => [
  names as unknown as Names,
  index % 2 === 0,
]);
const choices = {
  examples,
  numRuns: amount({ usual: examples.length + 5, soak: 500 }),
};

test('a query returns its data under the names that it chooses', async () => {
  await assert(
    asyncProperty(chosen, boolean(), async ([a, b, c, d, e, f, g, h, i, j], isGiven) => {
      const query = `
        query ${a}($${b}: ID!, $${c}: String, $${d}: CompanyFilter) { ...${e} }
        fragment ${e} on Query {
          ${f}: company(id: $${b}) { ${f}: name ${g}: connections { ${h}: id } }
          ${g}: companies(filter: { search: $${c} }) { ${i}: totalCount }
          ${h}: companies(filter: $${d}) { ${j}: nodes { ${i}: id } }
          ${i}: __typename
        }`;
      const variables = [
        jsonOf(b, ids.acme),
        ...(isGiven ? [jsonOf(c, 'zen'), jsonOf(d, { search: 'empty' })] : []),
        jsonOf(j, { surplus: true }),
      ];
      const body = `{"query":${JSON.stringify(query)},"operationName":"${a}","variables":${merged(variables)}}`;

      const { text } = await expectSame(both(), { body }, 3);

      const connections = [ids.linked, ids.pending].map((id) => jsonOf(h, id)).join();
      const found = isGiven ? [ids.empty] : [ids.empty, ids.acme, ids.zenith];
      expect(text).toBe(
        `{"data":${merged([
          `{"${f}":{"${f}":"Acme “Ünïcode” 商社 🏢","${g}":[${connections}]}}`,
          `{"${g}":{"${i}":${isGiven ? 1 : 3}}}`,
          `{"${h}":{"${j}":[${found.map((id) => jsonOf(i, id)).join()}]}}`,
          `{"${i}":"Query"}`,
        ])}}`,
      );
    }),
    choices,
  );
});

test('a mutation returns its data under the names that it chooses, also when it is repeated', async () => {
  // It changes the company without connections, which the queries of this file find by its name.
  await assert(
    asyncProperty(chosen, boolean(), async ([a, b, c, d, e, f, g, h, i, j], hasKey) => {
      const query = `
        mutation ${a}($${b}: ID!, $${c}: String, $${d}: String!) {
          ${e}: updateCompany(input: { companyId: $${b}, description: $${c}, tags: [{ key: $${d}, value: "v" }] }) {
            ...${f}
          }
          ${hasKey ? `${j}: __typename` : ''}
        }
        fragment ${f} on UpdateCompanyPayload { ${g}: company { ${g}: name ${h}: description ${i}: tags { ${j}: key } } }`;
      const variables = merged([jsonOf(b, ids.empty), jsonOf(d, d)]);
      const body = `{"query":${JSON.stringify(query)},"variables":${variables}}`;
      const headers = hasKey ? { 'idempotency-key': `${a}.${b}.${randomUUID()}` } : {};

      const { text } = await expectSame(both(), { body, headers }, 3);

      const company = `{"${g}":"Empty","${h}":null,"${i}":[{"${j}":"${d}"}]}`;
      const typename = hasKey ? `,"${j}":"Mutation"` : '';
      expect(text).toBe(`{"data":{"${e}":{"${g}":${company}}${typename}}}`);
    }),
    choices,
  );
});

test('an error within a mutation has its path under the names that it chooses', async () => {
  for (const [a, b, c, d] of rotations(4)) {
    const query = `mutation {
      ${a}: updateCompany(input: { companyId: "${ids.acme}" }) {
        ... on UpdateCompanyPayload {
          ${b}: company { ${a}: name ${c}: connections { ${b}: id ${d}: history(first: 1000) { ${c}: totalCount } } }
        }
      }
    }`;

    const { text } = await expectSame(both(), { body: { query } }, 3);

    expect(text).toContain(`"path":["${a}","${b}","${c}",0,"${d}"]`);
  }
});

function merged(objects: readonly string[]): string {
  return `{${objects.map((object) => object.slice(1, -1)).join()}}`;
}

test('a variable counts as a page size', async () => {
  for (const name of meaningfulNames) {
    const query = `query($${name}: Int!) { companies(first: $${name}) { nodes { connections { id status created platformName } } } }`;
    const ask = (size: number, rounds: number) =>
      expectSame(
        both(),
        { body: `{"query":"${query}","variables":${jsonOf(name, size)}}` },
        rounds,
      );

    expect((await ask(1, 3)).text).not.toContain('"errors"');
    expect((await ask(100, 1)).text).toContain('DOCUMENT_LIMIT');
  }
});

test.for([
  ['a field', (name: string) => `{ ${name} }`],
  ['an argument', (name: string) => `{ company(id: "${ids.acme}", ${name}: 1) { id } }`],
  ['a field of an input', (name: string) => `{ companies(filter: { ${name}: 1 }) { totalCount } }`],
  ['a type', (name: string) => `query($a: ${name}) { company(id: $a) { id } }`],
  ['a type condition', (name: string) => `{ ... on ${name} { __typename } }`],
  ['a directive', (name: string) => `{ __typename @${name} }`],
  ['a value', (name: string) => `{ connections(filter: { status: [${name}] }) { totalCount } }`],
  ['an unknown fragment', (name: string) => `{ ...${name} }`],
  ['an unknown variable', (name: string) => `{ company(id: $${name}) { id } }`],
] as const)('%s that the schema lacks is rejected by its name', async ([, documentOf]) => {
  for (const name of meaningfulNames) {
    const { text } = await expectSame(both(), { body: { query: documentOf(name) } }, 1);

    const { data, errors } = JSON.parse(text) as Rejected;
    expect(data).toBeUndefined();
    expect(errors[0]?.extensions).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
    expect(errors[0]?.message).toContain(name);
  }
});

interface Rejected {
  readonly data?: unknown;
  readonly errors: readonly { readonly message: string; readonly extensions: object }[];
}

test('variables that the operation lacks, and extensions, change nothing', async () => {
  for (const name of meaningfulNames) {
    const body = `{"query":"{ __typename }","variables":${jsonOf(name, 1)},"extensions":${jsonOf(name, {})}}`;

    const { text } = await expectSame(both(), { body }, 3);

    expect(text).toBe('{"data":{"__typename":"Query"}}');
  }
});

test('another member of the body is rejected by its name', async () => {
  for (const name of meaningfulNames) {
    const body = `{"query":"{ __typename }",${jsonOf(name, { query: '{ a }' }).slice(1)}`;

    const { status, text } = await expectSame(both(), { body }, 1);

    expect(status).toBe(400);
    expect(text).toContain(name);
  }
});

test('a member of an input that the schema lacks is rejected by its name', async () => {
  const query = 'mutation($a: CreateCompanyInput!) { createCompany(input: $a) { __typename } }';
  for (const name of meaningfulNames) {
    const body = `{"query":"${query}","variables":{"a":{"name":"x",${jsonOf(name, 1).slice(1)}}}`;

    const { text } = await expectSame(both(), { body }, 1);

    expect(text).toContain(`Field \\"${name}\\" is not defined by type \\"CreateCompanyInput\\"`);
  }
});

test('parameters and headers that nobody reads change nothing', async () => {
  for (const name of meaningfulNames) {
    const query = new URLSearchParams({ query: '{ __typename }', [name]: 'x' }).toString();
    const path = `/graphql?${query}`;
    const headers = { [name]: 'x', cookie: `${name}=x`, 'x-request-id': name };

    const { text } = await send(both().full.url, { path, headers });

    expect(text).toBe('{"data":{"__typename":"Query"}}');
  }
});

test('an operation is counted by its name', async () => {
  for (const name of meaningfulNames) await both().fast.query(`query ${name} { __typename }`);

  const metrics = await send(both().fast.url, { path: '/metrics' });

  for (const name of meaningfulNames) {
    expect(metrics.text).toMatch(
      new RegExp(`_count\\{operation="${name}",type="query",status="200"\\} [1-9]`),
    );
  }
});

test('a persisted document can have any of the names as its id', async () => {
  const documents = meaningfulNames.map((name) => jsonOf(name, `{ ${name}: __typename }`));
  const gateway = await startWithDocuments(merged(documents));

  for (const documentId of meaningfulNames) {
    const answers = [
      await send(gateway.url, { path: `/graphql?documentId=${documentId}` }),
      await sendJson(gateway.url, { documentId }),
      await sendJson(gateway.url, { documentId }),
      await sendJson(gateway.url, { documentId }),
    ];
    for (const { text } of answers) expect(text).toBe(`{"data":${jsonOf(documentId, 'Query')}}`);
  }
});

test.for(['POST', 'GET'])('as an unknown id of a document, none is found by %s', async (method) => {
  for (const documentId of meaningfulNames) {
    const { text } =
      method === 'POST'
        ? await sendJson(both().fast.url, { documentId })
        : await send(both().fast.url, { path: `/graphql?documentId=${documentId}` });

    expect(text).toContain('PERSISTED_DOCUMENT_NOT_FOUND');
  }
});
