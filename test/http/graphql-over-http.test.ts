import { expect, test } from 'vitest';
import { shared } from '../support/lifetime.ts';
import { startTestGateway } from '../support/gateway.ts';
import { send, sendJson } from '../support/http.ts';

const usual = shared(() => startTestGateway());

// Section "Status Codes" of the GraphQL over HTTP specification, https://graphql.github.io/graphql-over-http/draft/.

const json = 'application/json';
const responseJson = 'application/graphql-response+json';
const typename = { query: '{ __typename }' };
const byId = 'query ($id: ID!) { company(id: $id) { id } }';

test.for<[title: string, asJson: number, asResponseJson: number, body: unknown]>([
  ['a query', 200, 200, typename],
  ['an operation by its name', 200, 200, { query: 'query A { __typename }', operationName: 'A' }],
  [
    'null for all that is optional',
    200,
    200,
    { ...typename, variables: null, operationName: null, extensions: null },
  ],
  ['an error of a field', 200, 200, { query: '{ company(id: "acme") { id } }' }],
  ['an error of the only field', 200, 200, { query: '{ companies(first: 0) { totalCount } }' }],
  ['a document that cannot be parsed', 200, 400, { query: '{ companies(' }],
  ['an empty document', 200, 400, { query: '' }],
  ['a document that is invalid', 200, 400, { query: '{ nothing }' }],
  ['a variable that is missing', 200, 400, { query: byId }],
  ['a variable of a wrong type', 200, 400, { query: byId, variables: { id: true } }],
  ['an operation that is not there', 200, 400, { ...typename, operationName: 'Other' }],
  ['a subscription', 200, 400, { query: 'subscription { companies { totalCount } }' }],
  [
    'a subscription beside a query',
    200,
    400,
    { query: 'subscription S { x } query Q { __typename }', operationName: 'S' },
  ],
  [
    'a query beside a subscription',
    200,
    200,
    { query: 'subscription S { x } query Q { __typename }', operationName: 'Q' },
  ],
  [
    'operations without a name',
    200,
    400,
    { query: 'query A { a: __typename } query B { b: __typename }' },
  ],
  ['a body that is not JSON', 400, 400, '{"query": "{ __typename }"'],
  ['an empty body', 400, 400, ''],
  ['no query', 400, 400, {}],
  ['null for the query', 400, 400, { query: null }],
  ['a number for the query', 400, 400, { query: 5 }],
  ['an object for the query', 400, 400, { query: typename }],
  ['a text for the variables', 400, 400, { ...typename, variables: '{}' }],
  ['a list for the variables', 400, 400, { ...typename, variables: [1] }],
  ['a text for the extensions', 400, 400, { ...typename, extensions: '{}' }],
  ['a number for the operation name', 400, 400, { ...typename, operationName: 5 }],
  ['a parameter that is unknown', 400, 400, { ...typename, qeury: '' }],
  ['a batch', 400, 400, [typename, typename]],
  ['an empty batch', 400, 400, []],
  ['a text', 400, 400, '"{ __typename }"'],
  ['null', 400, 400, 'null'],
])(
  '%s is answered with %i as JSON and with %i as a GraphQL response',
  async ([, asJson, asResponseJson, body]) => {
    const gateway = usual();
    const expected = [
      [json, asJson],
      [responseJson, asResponseJson],
    ] as const;

    for (const [accept, status] of expected) {
      const answer = await sendJson(gateway.url, body, { accept });

      expect({ accept, status: answer.status }).toEqual({ accept, status });
      expect(answer.headers['content-type']).toBe(`${accept}; charset=utf-8`);
      const { data, errors } = answer.json();
      expect(data ?? errors).toBeDefined();
      for (const error of errors ?? []) {
        expect(error.message).toEqual(expect.any(String));
        expect(error.extensions.code).toMatch(/^(BAD_|GRAPHQL_|OPERATION_)/);
      }
    }
  },
);

test.for([
  ['nothing', undefined, json],
  ['anything', '*/*', json],
  ['JSON', 'application/json', json],
  ['GraphQL responses', 'application/graphql-response+json', responseJson],
  [
    'GraphQL responses, or else JSON',
    'application/graphql-response+json, application/json;q=0.9',
    responseJson,
  ],
] as const)('a client that accepts %s is answered in it', async ([, accept, type]) => {
  const gateway = usual();

  const answer = await sendJson(gateway.url, typename, { ...(accept && { accept }) });

  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toBe(`${type}; charset=utf-8`);
  expect(answer.json()).toEqual({ data: { __typename: 'Query' } });
});

test.for(['text/plain', 'image/png'])('a client that accepts only %s gets none', async (accept) => {
  const gateway = usual();

  expect((await sendJson(gateway.url, typename, { accept })).status).toBe(406);
});

test.for([
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset=UTF-8',
  'APPLICATION/JSON',
])('a POST of %s is taken', async (type) => {
  const gateway = usual();

  const answer = await sendJson(gateway.url, typename, { 'content-type': type });

  expect(answer.json()).toEqual({ data: { __typename: 'Query' } });
});

function get(url: string, parameters: Record<string, string>, accept = json) {
  const path = `/graphql?${new URLSearchParams(parameters).toString()}`;
  return send(url, { path, headers: { accept } });
}

test('GET takes a query with variables and the name of its operation', async () => {
  const gateway = await startTestGateway();
  const { companyId } = await gateway.withCompany({ name: 'Ünïcode & Co' });

  const answer = await get(gateway.url, {
    query: 'query A($id: ID!) { company(id: $id) { name } } query B { __typename }',
    variables: JSON.stringify({ id: companyId }),
    operationName: 'A',
  });

  expect(answer.status).toBe(200);
  expect(answer.json()).toEqual({ data: { company: { name: 'Ünïcode & Co' } } });
});

test('GET refuses a mutation and does not run it', async () => {
  const gateway = usual();
  const query = 'mutation { createCompany(input: { name: "Acme" }) { __typename } }';

  const answer = await get(gateway.url, { query });

  expect(answer.status).toBe(405);
  expect(answer.headers['allow']).toBe('POST');
  expect(answer.json()).toEqual({
    errors: [{ message: expect.any(String), extensions: { code: 'BAD_REQUEST' } }],
  });
  const { data } = await gateway.query('{ companies { totalCount } }');
  expect(data.companies.totalCount).toBe(0);
});

test('GET refuses a mutation that hides behind a query', async () => {
  const gateway = usual();
  const query =
    'query Q { __typename } mutation M { createCompany(input: { name: "Acme" }) { __typename } }';

  expect((await get(gateway.url, { query, operationName: 'M' })).status).toBe(405);
  expect((await get(gateway.url, { query, operationName: 'Q' })).status).toBe(200);
  const { data } = await gateway.query('{ companies { totalCount } }');
  expect(data.companies.totalCount).toBe(0);
});

test.for([
  ['variables', '{"id":'],
  ['variables', 'acme'],
  ['variables', '[]'],
  ['variables', '5'],
  ['variables', '%zz'],
  ['extensions', '{'],
  ['extensions', '"x"'],
] as const)('GET refuses %s=%s', async ([name, value]) => {
  const gateway = usual();

  for (const accept of [json, responseJson]) {
    const answer = await get(gateway.url, { ...typename, [name]: value }, accept);

    expect(answer.status).toBe(400);
    expect(answer.json().errors[0]).toEqual({
      message: `The parameter ${name} must be a JSON object`,
      extensions: { code: 'BAD_REQUEST' },
    });
  }
});

test.for(['PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s is not allowed', async (method) => {
  const body = JSON.stringify(typename);
  const gateway = usual();

  const answer = await send(gateway.url, {
    method,
    headers: { 'content-type': json, 'content-length': body.length },
    body,
  });

  expect(answer.status).toBe(405);
  expect(answer.headers['allow']).toBe('GET, HEAD, POST');
});
