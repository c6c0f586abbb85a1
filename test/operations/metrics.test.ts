import { expect, test } from 'vitest';
import { ask, bearer, makeApiKey, type Question } from '../support/callers.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { openWire } from '../support/wire.ts';

/** A line of the Prometheus text format. */
interface Series {
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly value: number;
}

async function metricsOf({ url }: TestGateway, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}/metrics`, { headers });
  const text = await response.text();
  const series = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line): Series => {
      const [, name = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, of = '']) => [key, of]);
      return {
        name,
        labels: Object.fromEntries(pairs) as Record<string, string>,
        value: Number(value),
      };
    });
  return { status: response.status, headers: response.headers, text, series };
}

/** Returns the values of a metric with their labels. */
async function valuesOf(gateway: TestGateway, name: string) {
  const { series } = await metricsOf(gateway);
  return series
    .filter((it) => it.name === name)
    .map(({ labels, value }) => Object.assign(labels, { value }));
}

const requests = 'connexions_request_duration_seconds_count';

async function askAll(gateway: TestGateway, questions: readonly Question[]) {
  for (const question of questions) await ask(gateway, question);
}

test('requests are counted and timed by operation, type and status', async () => {
  const gateway = await startTestGateway();
  const named = { query: 'query Count { companies { totalCount } }' };
  await askAll(gateway, [
    named,
    named,
    { query: '{ __typename }' },
    { query: 'mutation Create { createCompany(input: { name: "A" }) { __typename } }' },
    {
      query: 'query ($id: ID!) { company(id: $id) { id } }',
      variables: {},
      headers: { accept: 'application/graphql-response+json' },
    },
  ]);

  expect(await valuesOf(gateway, requests)).toEqual([
    { operation: 'Count', type: 'query', status: '200', value: 2 },
    { operation: 'unnamed', type: 'query', status: '200', value: 1 },
    { operation: 'Create', type: 'mutation', status: '200', value: 1 },
    { operation: 'unnamed', type: 'query', status: '400', value: 1 },
  ]);
});

test('errors that were answered are counted by code', async () => {
  const gateway = await startTestGateway();
  await askAll(gateway, [
    { query: '{ a: company(id: "x") { id } b: company(id: "y") { id } }' },
    { query: '{ unknown }' },
    { query: '{ __typename }' },
  ]);

  expect(await valuesOf(gateway, 'connexions_errors_total')).toEqual([
    { code: 'BAD_USER_INPUT', value: 2 },
    { code: 'GRAPHQL_VALIDATION_FAILED', value: 1 },
  ]);
});

test('connections are counted by status, as they are now', async () => {
  const gateway = await startTestGateway();
  const { companyId, connectionIds } = await gateway.withCompany({
    connections: [{ sourceType: 'Banking' }, { sourceType: 'Banking' }, { status: 'PendingAuth' }],
  });
  const before = await valuesOf(gateway, 'connexions_connections');
  await ask(gateway, {
    query: `mutation { unlinkConnection(input: { companyId: "${companyId}", connectionId: "${connectionIds[0]}" }) { __typename } }`,
  });

  expect(before).toEqual(
    expect.arrayContaining([
      { status: 'Linked', value: 2 },
      { status: 'PendingAuth', value: 1 },
    ]),
  );
  expect(await valuesOf(gateway, 'connexions_connections')).toEqual(
    expect.arrayContaining([
      { status: 'Linked', value: 1 },
      { status: 'Unlinked', value: 1 },
    ]),
  );
});

test('a status in which no connection is any more is not reported with an old number', async () => {
  const gateway = await startTestGateway();
  const { companyId } = await gateway.withCompany({ connections: [{}] });
  await metricsOf(gateway);
  await ask(gateway, {
    query: `mutation { deleteCompany(input: { companyId: "${companyId}" }) { __typename } }`,
  });

  const counts = await valuesOf(gateway, 'connexions_connections');

  expect(counts.filter(({ value }) => value !== 0)).toEqual([]);
});

test('the sizes of batches are counted by access path', async () => {
  const gateway = await startTestGateway();
  for (let i = 0; i < 7; i += 1) await gateway.withCompany();
  await ask(gateway, { query: '{ companies { nodes { connections { id } } } }' });

  expect(await valuesOf(gateway, 'connexions_batch_size_sum')).toEqual([
    { path: 'connectionsByCompanyIds', value: 7 },
  ]);
});

test('the lag of the event loop and the memory of the process are measured', async () => {
  const gateway = await startTestGateway();

  const { series } = await metricsOf(gateway);

  const names = series.map(({ name }) => name);
  expect(names).toContain('nodejs_eventloop_lag_p99_seconds');
  expect(names).toContain('process_resident_memory_bytes');
});

test('a request whose client goes away before its answer is not counted as answered', async () => {
  const gateway = await startTestGateway();
  const wire = await openWire(gateway);
  wire.socket.write(
    'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
  );
  wire.socket.end();

  await expect
    .poll(() => valuesOf(gateway, requests))
    .toContainEqual({ operation: 'unnamed', type: 'none', status: 'none', value: 1 });
});

test('names of operations, which clients choose, make a bounded number of series', async () => {
  const gateway = await startTestGateway();
  await askAll(
    gateway,
    Array.from({ length: 200 }, (_, i) => ({ query: `query Name${i} { __typename }` })),
  );

  const { series } = await metricsOf(gateway);

  const counts = series.filter(({ name }) => name === requests);
  const others = counts.filter(({ labels }) => !/^Name\d+$/.test(labels['operation'] ?? ''));
  expect(counts).toHaveLength(101);
  expect(others).toEqual([
    { name: requests, labels: { operation: 'other', type: 'query', status: '200' }, value: 100 },
  ]);
});

test('a long name of an operation is cut', async () => {
  const gateway = await startTestGateway();
  await ask(gateway, { query: `query ${'N'.repeat(10_000)} { __typename }` });

  const [count] = await valuesOf(gateway, requests);

  expect(count).toMatchObject({ operation: 'N'.repeat(100), value: 1 });
});

test('a name that is known goes on being counted when there is no room for others', async () => {
  const gateway = await startTestGateway();
  const names = Array.from({ length: 150 }, (_, i) => ({ query: `query Name${i} { __typename }` }));
  await askAll(gateway, [...names, { query: 'query Name0 { __typename }' }]);

  expect(await valuesOf(gateway, requests)).toContainEqual({
    operation: 'Name0',
    type: 'query',
    status: '200',
    value: 2,
  });
});

test('paths, methods, ids and names of unknown operations make no series', async () => {
  const gateway = await startTestGateway();
  for (let i = 0; i < 20; i += 1) {
    await fetch(`${gateway.url}/path-${i}`, { method: ['PUT', 'DELETE', 'PATCH'][i % 3] ?? 'PUT' });
    await ask(gateway, { query: `query Unknown${i} { nothing${i} }` });
    await ask(gateway, { query: '{ __typename }', operationName: `Missing${i}` });
  }

  const { text, series } = await metricsOf(gateway);

  expect(text).not.toMatch(/path-\d|Unknown\d|nothing\d|Missing\d/);
  expect(series.filter(({ name }) => name === requests).length).toBeLessThanOrEqual(3);
});

test('metrics are for callers with a key as soon as there is one', async () => {
  const gateway = await startTestGateway();
  expect((await metricsOf(gateway)).status).toBe(200);
  const { secret } = await makeApiKey(gateway, 'read');

  const without = await metricsOf(gateway);
  const withKey = await metricsOf(gateway, bearer(secret));

  expect(without.status).toBe(401);
  expect(without.text).not.toContain('connexions_');
  expect(withKey.status).toBe(200);
  expect(withKey.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
});
