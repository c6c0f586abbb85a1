import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { bearer, makeApiKey } from '../support/callers.ts';
import { captureLog } from '../support/captured-log.ts';
import { startTracedGateway } from '../support/collector.ts';
import { times } from '../support/documents.ts';
import { startTestGateway } from '../support/gateway.ts';
import { send, sendJson } from '../support/http.ts';
import { inDatabase } from '../support/rows.ts';
import { until } from '../support/until.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const parentId = 'b7ad6b7169203331';
const traceparent = `00-${traceId}-${parentId}-01`;

/** Converts a span's time from nanoseconds to milliseconds. */
function millis(ns = 0n): number {
  return Number(ns / 1000n) / 1000;
}

test('a request for an operation is one span, named by the type of the operation', async () => {
  const { gateway, traced } = await startTracedGateway();
  const { id, secret } = await makeApiKey(gateway);

  await sendJson(
    gateway.url,
    { query: 'query Companies { companies { totalCount } }' },
    { 'x-request-id': 'request-7', ...bearer(secret) },
  );

  const { request } = await traced();
  expect(request).toMatchObject({ name: 'query', parentSpanId: undefined, failed: false });
  expect(request.attributes).toEqual({
    'http.request.method': 'POST',
    'http.response.status_code': 200,
    'http.route': '/graphql',
    'url.path': '/graphql',
    'url.scheme': 'http',
    'graphql.operation.type': 'query',
    'graphql.operation.name': 'Companies',
    'connexions.request_id': 'request-7',
    'connexions.caller': id,
    'connexions.store_calls': 2,
  });
});

test('each batch that a query reads is a child, with the number of its ids and its own time', async () => {
  const { gateway, traced } = await startTracedGateway();
  for (let company = 0; company < 3; company += 1) {
    await gateway.withCompany({ connections: [{ status: 'Linked' }] });
  }

  await gateway.query('{ companies { nodes { tags { key } connections { status } } } }');

  const { request, children } = await traced();
  expect(children.map(({ name, attributes }) => [name, attributes])).toEqual([
    ['store.companyPage', { 'db.system.name': 'sqlite' }],
    ['store.tagsByCompanyIds', { 'db.system.name': 'sqlite', 'connexions.batch_size': 3 }],
    ['store.connectionsByCompanyIds', { 'db.system.name': 'sqlite', 'connexions.batch_size': 3 }],
  ]);
  let earliest = request.startNs;
  for (const { traceId: trace, parentSpanId, startNs, endNs } of children) {
    expect([trace, parentSpanId]).toEqual([request.traceId, request.spanId]);
    // SQLite reads one batch after another, and no batch waits for another one of the same tick.
    expect(startNs).toBeGreaterThanOrEqual(earliest);
    expect(endNs).toBeGreaterThan(startNs);
    earliest = endNs;
  }
  expect(earliest).toBeLessThanOrEqual(request.endNs);
});

/** Sends a mutation that waits for another transaction until `letGoAtMs`, and one that is rejected meanwhile. */
async function overload() {
  const { gateway, collector } = await startTracedGateway({
    env: { MAX_CONCURRENT: '1', MAX_QUEUED: '0' },
  });
  const held = new AbortController();
  void gateway.store.transact(() => once(held.signal, 'abort'));
  const create = 'mutation { createCompany(input: { name: "A" }) { __typename } }';
  let answered = 0;
  const both = Promise.all(
    [0, 1].map(async () => {
      await gateway.query(create);
      answered += 1;
    }),
  );
  await until('one is refused', () => answered === 1);
  const letGoAtMs = Date.now();
  held.abort();
  await both;
  const withStatus = (status: number) =>
    collector.spans().find((span) => span.attributes['http.response.status_code'] === status);
  await until('both are traced', () => [200, 503].every((status) => withStatus(status)));
  return { served: withStatus(200), refused: withStatus(503), letGoAtMs, collector };
}

test('the transaction of a mutation is a child, from when it was asked for until it is committed', async () => {
  const { served, letGoAtMs, collector } = await overload();

  const children = collector.spans().filter(({ parentSpanId }) => parentSpanId === served?.spanId);
  expect(served?.name).toBe('mutation');
  expect(children.map(({ name }) => name)).toEqual(['store.transact']);
  // The clocks of the test and of the spans may round to different milliseconds.
  expect(millis(children[0]?.startNs)).toBeLessThan(letGoAtMs + 1);
  expect(millis(children[0]?.endNs)).toBeGreaterThan(letGoAtMs - 1);
});

test('a request that is answered with 503 has failed in its trace', async () => {
  const { refused } = await overload();

  expect(refused).toMatchObject({ failed: true, attributes: { 'error.type': 'OVERLOADED' } });
});

test('a mutation that can be repeated shows what it calls within its transaction, too', async () => {
  const { gateway, traced } = await startTracedGateway();
  const { companyId } = await gateway.withCompany();
  const query = `mutation { updateCompany(input: { companyId: "${companyId}", name: "B" }) {
    ... on UpdateCompanyPayload { company { tags { key } } } } }`;

  await sendJson(gateway.url, { query }, { 'idempotency-key': 'a' });

  const { children } = await traced();
  expect(children.map(({ name }) => name).toSorted()).toEqual([
    'store.tagsByCompanyIds',
    'store.transact',
    'store.transact',
  ]);
});

test('a request with a traceparent continues the trace of its client, under the id that the log has', async () => {
  const log = captureLog();
  const { gateway, traced } = await startTracedGateway({ logger: log.logger });

  await sendJson(gateway.url, { query: '{ __typename }' }, { traceparent });

  expect((await traced()).request).toMatchObject({ traceId, parentSpanId: parentId });
  expect(log.requests()).toEqual([expect.objectContaining({ traceId })]);
});

test.for([
  ['is no traceparent', 'nonsense'],
  ['has no trace', `00-${'0'.repeat(32)}-${parentId}-01`],
  ['has no parent', `00-${traceId}-${'0'.repeat(16)}-01`],
  ['is of a version that cannot be', `ff-${traceId}-${parentId}-01`],
  ['is too long for its version', `${traceparent}-more`],
  ['is in upper case', traceparent.toUpperCase()],
  ['comes twice', `${traceparent}, ${traceparent}`],
] as const)('a traceparent that %s is passed over: the trace begins here', async ([, header]) => {
  const log = captureLog();
  const { gateway, traced } = await startTracedGateway({ logger: log.logger });

  await sendJson(gateway.url, { query: '{ __typename }' }, { traceparent: header });

  const { request } = await traced();
  expect(request.parentSpanId).toBeUndefined();
  expect(request.traceId).toMatch(/^[\da-f]{32}$/);
  expect(request.traceId).not.toBe(traceId);
  expect(log.requests()).toEqual([expect.objectContaining({ traceId: request.traceId })]);
});

test('long names and paths are cut', async () => {
  const { gateway, collector } = await startTracedGateway();
  const name = 'n'.repeat(5000);

  await gateway.query(`query ${name} { __typename }`);
  await send(gateway.url, { path: `/${name}` });

  await until('both are traced', () => collector.spans().length === 2);
  const [query, other] = collector.spans();
  expect(query?.attributes['graphql.operation.name']).toBe('n'.repeat(100));
  expect(other?.attributes['url.path']).toBe(`/${'n'.repeat(99)}`);
});

test('a trace shows the first hundred calls of the store, and says how many there were', async () => {
  const { gateway, traced } = await startTracedGateway({
    env: { MAX_ALIASES: '200', MAX_ROOT_FIELDS: '200', MAX_TOKENS: '5000' },
  });
  const fields = times(
    120,
    (i) => `c${i}: companies(filter: { search: "name ${i}" }) { totalCount }`,
  );

  const { errors } = await gateway.query(`{ ${fields} }`);

  expect(errors).toEqual([]);
  const { request, children } = await traced();
  expect(children).toHaveLength(100);
  // Each has a page and a count.
  expect(request.attributes['connexions.store_calls']).toBe(240);
});

test('what is no operation is named by its method and route; what has no route, by its method', async () => {
  const { gateway, collector } = await startTracedGateway();

  await send(gateway.url, { path: '/metrics?a=b' });
  await send(gateway.url, { path: '/nowhere' });
  await send(gateway.url, { path: '/nowhere', method: 'PROPFIND' });
  await sendJson(gateway.url, '{');

  await until('all are traced', () => collector.spans().length === 4);
  const told = collector
    .spans()
    .map(({ name, failed, attributes }) => [
      name,
      failed,
      attributes['http.request.method'],
      attributes['http.response.status_code'],
      attributes['connexions.error_codes'],
    ]);
  expect(told).toEqual([
    ['GET /metrics', false, 'GET', 200, undefined],
    ['GET', false, 'GET', 404, ['NOT_FOUND']],
    ['HTTP', false, '_OTHER', 404, ['NOT_FOUND']],
    ['POST /graphql', false, 'POST', 400, ['BAD_REQUEST']],
  ]);
});

test('a request that fails inside has failed in its trace, with the call of the store that did', async () => {
  const { gateway, traced } = await startTracedGateway();
  const { companyId } = await gateway.withCompany();
  inDatabase(gateway.file, (db) => db.exec('DROP TABLE company_tags'));

  await gateway.query(`{ company(id: "${companyId}") { tags { key } } }`);

  const { request, children } = await traced();
  expect(request).toMatchObject({
    failed: true,
    attributes: {
      'http.response.status_code': 200,
      'error.type': 'INTERNAL_SERVER_ERROR',
      'connexions.error_codes': ['INTERNAL_SERVER_ERROR'],
    },
  });
  expect(children.map(({ name, failed }) => [name, failed])).toEqual([
    ['store.companiesByIds', false],
    ['store.tagsByCompanyIds', true],
  ]);
});

test('nothing of what a request asks for, sends along or is answered is in its trace', async () => {
  const log = captureLog();
  const { gateway, collector } = await startTracedGateway({ logger: log.logger });
  const { companyId } = await gateway.withCompany({ name: 'planted-record' });
  const { secret } = await makeApiKey(gateway);
  const headers = {
    ...bearer(secret),
    traceparent,
    tracestate: 'vendor=planted-tracestate',
    baggage: 'user=planted-baggage',
    cookie: 'session=planted-cookie',
    'user-agent': 'planted-agent',
    'idempotency-key': 'planted-idempotency-key',
  };
  const requests = [
    { query: `query A { companies(filter: { search: "planted-literal" }) { totalCount } }` },
    { query: `{ plantedAlias: company(id: "${companyId}") { name } }` },
    {
      query: 'query B($search: String) { companies(filter: { search: $search }) { totalCount } }',
      variables: { search: 'planted-variable' },
    },
    { query: 'query C($id: ID!) { company(id: $id) { id } }', variables: { id: 'planted-id' } },
    { query: 'mutation D { createCompany(input: { name: "planted-name" }) { __typename } }' },
    { query: '{ plantedField }' },
    { query: '{ planted-syntax' },
    { query: '{ __typename }', operationName: 'PlantedOperation', extensions: { a: 'planted' } },
  ];

  for (const body of requests) await sendJson(gateway.url, body, headers);
  await send(gateway.url, { path: '/graphql?query=%7B__typename%7D&planted=planted', headers });
  await send(gateway.url, { path: '/nowhere?planted', headers: bearer('planted-key') });

  const ofRequests = () => collector.spans().filter(({ kind }) => kind === 'SERVER');
  await until('all are traced', () => ofRequests().length === requests.length + 2);
  const sent = collector.exports.map(({ body }) => body).join('\n');
  expect(sent).not.toMatch(/planted/i);
  expect(sent).not.toContain(secret.slice(-43));
});

test('a request whose client leaves before it is answered is traced without a status', async () => {
  const { gateway, collector } = await startTracedGateway();
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
  );
  await once(socket, 'connect');
  // A response on another connection arrives only after the head of this request was read.
  await gateway.query('{ __typename }');

  socket.destroy();

  const left = () => collector.spans().find((it) => it.attributes['connexions.client_gone']);
  await until('it is traced', () => left() !== undefined);
  expect(left()?.attributes).not.toHaveProperty('http.response.status_code');
});

test('without a collector no request has a trace', async () => {
  const log = captureLog();
  const gateway = await startTestGateway({ logger: log.logger });

  await sendJson(gateway.url, { query: '{ companies { totalCount } }' }, { traceparent });

  await expect.poll(() => log.requests()).toHaveLength(1);
  expect(log.requests()[0]).not.toHaveProperty('traceId');
});
