import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { placeNewDatabase } from '../support/new-database.ts';
import { spawnGateway } from '../support/process.ts';
import {
  addCompanies,
  companyRow,
  connectionRow,
  insert,
  integrationRow,
} from '../support/raw-rows.ts';
import { amount } from '../support/soak.ts';

const companies = amount({ usual: 300, soak: 60_000 });
/** The number of times that each attack is sent at once. */
const atOnce = amount({ usual: 2, soak: 8 });
/** The default of MAX_CONNECTIONS_PER_COMPANY. */
const largest = 1000;

/** Fills a database with companies of three connections each, and one company with as many connections as it may have. */
function fill(file: string): string {
  const db = new Database(file);
  const integrations = (['Accounting', 'Banking', 'Commerce'] as const).map((type) => ({
    id: insert(db, 'integrations', integrationRow({ name: type, source_type: type })).id,
    type,
  }));
  const rows = addCompanies(db, companies, (index) => `company ${index} of acme`);
  const large = companyRow({ name: 'The largest', name_folded: 'the largest' });
  db.transaction(() => {
    for (const { id } of rows) {
      for (const integration of integrations) {
        const given = { source_type: integration.type };
        insert(db, 'connections', connectionRow(id, integration.id, given));
      }
    }
    insert(db, 'companies', large);
    for (let i = 0; i < largest; i += 1) {
      const given = { source_type: 'Banking', status: 'Linked' };
      insert(db, 'connections', connectionRow(large.id, integrations[1]?.id ?? '', given));
    }
  })();
  db.close();
  return large.id;
}

/** Sends one request and returns its status. */
type Send = (path: string, init?: RequestInit) => Promise<number>;

interface Attack {
  readonly name: string;
  readonly run: (send: Send, largeId: string) => Promise<readonly number[]>;
}

const json = { 'content-type': 'application/json' };
const graphql = (query: string, headers: Record<string, string> = {}) => ({
  method: 'POST',
  headers: { ...json, ...headers },
  body: JSON.stringify({ query }),
});
const rest = (method: string, body: unknown) => ({
  method,
  headers: json,
  body: JSON.stringify(body),
});
const list = (query: string, more = '') =>
  `/api/companies?query=${encodeURIComponent(query)}${more}`;
const times = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index));

/** An attack that sends the same request several times at once. */
function same(name: string, path: string, init?: RequestInit): Attack {
  return {
    name,
    run: (send) => Promise.all(times(atOnce, () => path).map((it) => send(it, init))),
  };
}

const attacks: readonly Attack[] = [
  same(
    'names of platforms that no company has',
    list(times(5, (i) => `dataConnections.platformName~zzz${i}`).join('||')),
  ),
  same(
    'descriptions and names that no company has',
    list(times(20, (i) => `${i % 2 ? 'description' : 'name'}~zz${i}`).join('||')),
  ),
  same(
    'tags that no company has',
    `/api/companies?tags=${encodeURIComponent(times(20, (i) => `t${i}~z`).join('||'))}`,
  ),
  same(
    'the last page, in the costliest order',
    list('', '&orderBy=-lastSync&page=500&pageSize=100'),
  ),
  same(
    'many searches in one request',
    '/graphql',
    graphql(
      `{ ${times(15, (i) => `a${i}: companies(first: 20, filter: { search: "a${i % 10}" }) { totalCount nodes { id } }`).join(' ')} }`,
    ),
  ),
  same(
    'counts by a range that no index serves',
    '/graphql',
    graphql(
      '{ connections(first: 100, filter: { lastSync: { from: "2000-01-01T00:00:00Z" } }) { totalCount nodes { id history { totalCount } } } }',
    ),
  ),
  same(
    'the largest permitted response',
    '/graphql',
    graphql('{ companies(first: 100) { nodes { id name connections { id status sourceType } } } }'),
  ),
  {
    name: 'the largest company, on every face',
    run: (send, id) =>
      Promise.all([
        send(
          '/graphql',
          graphql(`{ company(id: "${id}") { name connections { id history { totalCount } } } }`),
        ),
        send(
          '/graphql',
          graphql(`{ company(id: "${id}") { linkUrl connections { id linkUrl } } }`),
        ),
        send(`/api/companies/${id}`),
        send(`/api/companies/${id}`, rest('PATCH', { name: 'The largest still' })),
        send(`/api/companies/${id}/connections?pageSize=100&orderBy=-status`),
      ]),
  },
  same('a deeply nested body', '/graphql', {
    method: 'POST',
    headers: json,
    body: `{"query":"{ __typename }","variables":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
  }),
  same('a deeply nested REST body', '/api/companies', {
    method: 'POST',
    headers: json,
    body: `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`,
  }),
  same('a body with very many members', '/api/companies', {
    method: 'POST',
    headers: json,
    body: JSON.stringify({
      name: 'many',
      tags: Object.fromEntries(times(10_000, (i) => `key${i}`).map((key) => [key, 'x'])),
    }),
  }),
  {
    name: 'documents that are all different and costly to check',
    run: (send) =>
      Promise.all(
        times(atOnce * 10, (i) => `query D${i} { ${'__typename '.repeat(900)} }`).map((query) =>
          send('/graphql', graphql(query)),
        ),
      ),
  },
  same(
    'fragments that each contain two of the next',
    '/graphql',
    graphql(`
      {
        companies(first: 1) {
          nodes {
            ...F0
          }
        }
      }
      ${times(30, (i) => `fragment F${i} on Company { ...F${i + 1} ...F${i + 1} }`).join(' ')}
      fragment F30 on Company {
        id
      }
    `),
  ),
  {
    name: 'keys that do not exist',
    run: (send) =>
      Promise.all(
        times(atOnce * 25, () => `cnx_${randomUUID().replaceAll('-', '')}`).map((key) =>
          send('/graphql', graphql('{ __typename }', { authorization: `Bearer ${key}` })),
        ),
      ),
  },
  {
    name: 'changes whose long responses are kept',
    run: (send) =>
      Promise.all(
        times(atOnce * 5, (i) => `c${i}`).map((name) =>
          send(
            '/graphql',
            graphql(
              `mutation { createCompany(input: { name: "${name}", description: "${'x'.repeat(4000)}" }) { company { ${times(15, (i) => `d${i}: description`).join(' ')} } } }`,
              { 'idempotency-key': randomUUID() },
            ),
          ),
        ),
      ),
  },
  {
    name: 'the deletion of the largest company',
    run: async (send, id) => [await send(`/api/companies/${id}`, { method: 'DELETE' })],
  },
];

test('no request holds the event loop of a gateway with many companies', async () => {
  const file = join(await temporaryFolder(), 'test.db');
  await placeNewDatabase(file);
  const largeId = fill(file);
  const { url } = await spawnGateway(file, {
    LOG_LEVEL: 'silent',
    RATE_LIMIT: 'off',
    GRAPHIQL: 'off',
    OPERATION_TIMEOUT_MS: '1000',
  });
  const send: Send = async (path, init) => {
    const response = await fetch(`${url}${path}`, init);
    await response.arrayBuffer();
    return response.status;
  };
  const stalls: string[] = [];
  // The metric is the longest stall since the last scrape.
  await longestStallMs(url);

  for (const { name, run } of attacks) {
    const statuses = await run(send, largeId);
    expect(statuses.length).toBeGreaterThan(0);
    expect(statuses.filter((status) => status >= 500 && status !== 503)).toEqual([]);
    // Whatever was sent, the gateway goes on.
    expect(await send('/health/live')).toBe(200);
    expect(await send('/graphql', graphql('{ companies(first: 1) { nodes { id } } }'))).toBe(200);
    stalls.push(`${(await longestStallMs(url)).padStart(6)} ms  ${name}: ${summary(statuses)}`);
  }
  process.stdout.write(
    `${['Longest stall of the event loop during each attack:', ...stalls].join('\n')}\n`,
  );
});

/** Returns the longest time that the event loop of a gateway was held since this was last called. */
async function longestStallMs(url: string): Promise<string> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const [, seconds] = /^nodejs_eventloop_lag_max_seconds (\S+)$/m.exec(metrics) ?? [];
  expect(seconds).toBeDefined();
  return (Number(seconds) * 1000).toFixed(0);
}

function summary(statuses: readonly number[]): string {
  const counts = new Map<number, number>();
  for (const status of statuses) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} × ${status}`).join(', ');
}
