import { expect, onTestFinished, test, vi } from 'vitest';
import { ids, expectSame, startBothPaths, type BothPaths } from '../support/both-paths.ts';
import { startCollector } from '../support/collector.ts';
import { usualQuery } from '../support/documents.ts';
import { until } from '../support/until.ts';

// Operators see no difference between the paths: in metrics, traces and SQL statements. Reads of integrations are
// excluded: whether they are cached depends on the turn of the event loop in which a request arrives.

const page = usualQuery
  .replace(' @include(if: $withTags)', '')
  .replace(', $withTags: Boolean = true', '');
const byId = 'query ById($id: ID!) { company(id: $id) { name connections { company { id } } } }';
const update =
  'mutation Rename($input: UpdateCompanyInput!) { updateCompany(input: $input) { __typename ... on UpdateCompanyPayload { company { lastSync tags { key } } } } }';

/** Sends the same requests to both gateways. The fast path handles the later ones. */
async function askForAll(both: BothPaths) {
  const paths: (string | undefined)[] = [];
  for (const body of [
    { query: page },
    { query: byId, variables: { id: ids.acme } },
    { query: byId, variables: { id: ids.nobody } },
    { query: '{ companies { totalCount } }' },
    { query: update, variables: { input: { companyId: ids.acme, name: 'A' } } },
    { query: update, variables: { input: { companyId: ids.acme, name: '' } } },
  ]) {
    paths.push((await expectSame(both, { body })).paths.at(-1));
  }
  expect(new Set(paths)).toEqual(new Set(['fast']));
}

test('metrics count the same', async () => {
  const both = await startBothPaths();
  await askForAll(both);
  await expectSame(both, { body: { query: byId, variables: { id: 5.5 } } });

  const [fast, full] = await Promise.all(
    [both.fast, both.full].map(async ({ url }) => {
      const text = await (await fetch(`${url}/metrics`)).text();
      return text
        .split('\n')
        .filter((line) =>
          /^connexions_(request_duration_seconds_count|errors_total|batch_size_(count|sum))/.test(
            line,
          ),
        )
        .filter((line) => !line.includes('integrationsByIds'));
    }),
  );

  expect(fast).toContainEqual(
    'connexions_request_duration_seconds_count{operation="ById",type="query",status="200"} 12',
  );
  expect(fast?.toSorted()).toEqual(full?.toSorted());
});

/** Returns the statements that a gateway ran, without their values, which include link codes. */
function statementsOf(gateway: BothPaths['fast']): string[] {
  return gateway
    .takeStatements()
    .filter((sql) => !sql.includes('from "integrations"'))
    .map((sql) => sql.replaceAll(/'[^']*'|\d+(\.\d+)?/g, '?'))
    .toSorted();
}

test('the database is asked the same', async () => {
  const both = await startBothPaths();
  await askForAll(both);
  await both.each((gateway) => gateway.takeStatements());

  await expectSame(both, { body: { query: page } }, 1);
  await expectSame(both, { body: { query: byId, variables: { id: ids.acme } } }, 1);

  const fast = statementsOf(both.fast);
  expect(fast.length).toBeGreaterThan(8);
  expect(fast).toEqual(statementsOf(both.full));
});

test('traces tell the same', async () => {
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv('OTEL_BSP_SCHEDULE_DELAY', '1');
  const collector = await startCollector();
  const both = await startBothPaths({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  vi.unstubAllEnvs();
  await askForAll(both);
  const servers = () => collector.spans().filter(({ kind }) => kind === 'SERVER');
  await until('all are traced', () => servers().length === 48);

  /** Returns the traces of a gateway's requests, in the order in which the requests were logged. */
  const tracesOf = ({ log }: BothPaths['fast']) =>
    log
      .requests()
      .flatMap((line) => servers().filter(({ traceId }) => traceId === line['traceId']))
      .map(({ name, spanId, failed, attributes }) => ({
        name,
        failed,
        attributes: Object.keys(attributes).toSorted(),
        calls: collector
          .spans()
          .filter(({ parentSpanId }) => parentSpanId === spanId)
          .map((child) => child.name)
          .filter((call) => call !== 'store.integrationsByIds')
          .toSorted(),
      }));
  const fast = tracesOf(both.fast);
  expect(fast).toHaveLength(24);
  expect(fast[0]?.calls.length).toBeGreaterThan(2);
  expect(fast).toEqual(tracesOf(both.full));
});
