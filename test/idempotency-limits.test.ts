import { expect, test } from 'vitest';
import { AnswerNotKeptError, answerOnce } from '../src/operations/idempotency.ts';
import { checkDatabase } from '../src/store/sqlite/maintenance/check.ts';
import { ask, bearer, codesOf, makeApiKey } from './support/callers.ts';
import { ManualClock } from './support/clock.ts';
import { times } from './support/documents.ts';
import type { TestGateway } from './support/gateway.ts';
import { shared } from './support/lifetime.ts';
import { startRestGateway } from './support/rest.ts';
import { inDatabase } from './support/rows.ts';
import { amount } from './support/soak.ts';
import { until } from './support/until.ts';

// What is stored for requests with an Idempotency-Key has limits: each response, all of one caller, and their age.

const dayMs = 24 * 60 * 60 * 1000;
const minuteMs = 60 * 1000;
/** As large as a description can be: 16,000 bytes. */
const largeText = '🏢'.repeat(4000);

const gateway = shared(() => startRestGateway());

function rowsOf<Row>({ file }: Pick<TestGateway, 'file'>, sql: string): Row[] {
  return inDatabase(file, (db) => db.prepare<[], Row>(sql).all());
}

const storedKeys = (of: TestGateway) =>
  rowsOf<{ key: string }>(of, 'SELECT key FROM idempotent_answers ORDER BY key').map(
    (it) => it.key,
  );

const storedBytes = (of: TestGateway) =>
  rowsOf<{ bytes: number }>(
    of,
    `SELECT coalesce(sum(octet_length(key) + coalesce(octet_length(answer), 0)), 0) AS bytes
     FROM idempotent_answers`,
  )[0]?.bytes;

function totalFindings({ file }: TestGateway) {
  return checkDatabase(file).findings;
}

const createLarge = `mutation($name: String!, $description: String!) {
  createCompany(input: { name: $name, description: $description }) {
    ... on CreateCompanyPayload { company { id ${times(6, (i) => `d${i}: description`)} } }
  }
}`;

const createNamed = (
  of: Pick<TestGateway, 'url'>,
  key: string,
  { name = key, headers = {} }: { name?: string; headers?: Record<string, string> } = {},
) =>
  ask(of, {
    query:
      'mutation($name: String!) { createCompany(input: { name: $name }) { ... on CreateCompanyPayload { company { id } } } }',
    variables: { name },
    headers: { 'idempotency-key': key, ...headers },
  });

const named = async (of: TestGateway, name: string): Promise<number> =>
  (
    await of.query('query($name: String) { companies(filter: { search: $name }) { totalCount } }', {
      name,
    })
  ).data.companies.totalCount;

test('a GraphQL response of more than 64 KB is not stored; a repetition says so and changes nothing', async () => {
  const create = (description: string) =>
    ask(gateway(), {
      query: createLarge,
      variables: { name: 'Large', description },
      headers: { 'idempotency-key': 'large' },
    });

  const first = await create(largeText);
  const second = await create(largeText);

  expect(first.text.length).toBeGreaterThan(6 * 8000);
  expect(first.data.createCompany.company.d5).toBe(largeText);
  expect(second.status).toBe(409);
  expect(codesOf(second)).toEqual(['IDEMPOTENCY_RESPONSE_TOO_LARGE']);
  expect(second.errors[0]?.message).toMatch(/was executed before.+larger than 65536 bytes$/);
  expect(await named(gateway(), 'Large')).toBe(1);
  expect(codesOf(await create('other'))).toEqual(['IDEMPOTENCY_KEY_REUSED']);
});

test('so it is over REST', async () => {
  const { companyId } = await gateway().withCompany({
    connections: Array.from({ length: 160 }, () => ({ sourceType: 'Banking' })),
  });
  const rename = () =>
    gateway().raw({
      method: 'PUT',
      path: `/companies/${companyId}`,
      headers: { 'idempotency-key': 'large-rest' },
      body: { name: 'Renamed', description: largeText },
    });

  const first = await rename();
  const second = await rename();

  expect(first.status).toBe(200);
  expect(first.json().dataConnections).toHaveLength(160);
  expect(second.status).toBe(409);
  expect(second.json()).toMatchObject({
    error: expect.stringContaining('larger than 65536 bytes'),
    canBeRetried: 'False',
  });
});

test.for([
  ['exactly 65,536 bytes is stored', 65_536, 'x'.repeat(65_534)],
  ['exactly 65,536 bytes of other characters is stored', 65_536, 'é'.repeat(32_767)],
  ['one byte more is not', undefined, 'x'.repeat(65_535)],
] as const)('a response of %s', async ([key, stored, response]) => {
  const request = { actor: 'a caller', key: key.replaceAll(' ', '-'), request: 1, at: Date.now() };

  await answerOnce(gateway().store, request, 1e9, async () => response);

  const again = answerOnce(gateway().store, request, 1e9, async () => 'executed again');
  const outcome = await again.catch((error: unknown) => error);
  expect(outcome).toEqual(stored === undefined ? new AnswerNotKeptError() : response);
  expect(
    rowsOf(
      gateway(),
      `SELECT octet_length(answer) AS bytes FROM idempotent_answers WHERE key = '${request.key}'`,
    ),
  ).toEqual([{ bytes: stored ?? null }]);
});

test('however large the responses are, a caller cannot store more than a little for each', async () => {
  const before = storedBytes(gateway()) ?? 0;
  const requests = amount({ usual: 20, soak: 1000 });
  for (let i = 0; i < requests; i += 1) {
    const { errors } = await ask(gateway(), {
      query: createLarge,
      variables: { name: 'Flood', description: largeText },
      headers: { 'idempotency-key': `flood-${i}` },
    });
    expect(errors).toEqual([]);
  }

  expect((storedBytes(gateway()) ?? 0) - before).toBeLessThan(requests * 20);
});

test('the responses of one caller take MAX_IDEMPOTENCY_BYTES at most, and those of another as much again', async () => {
  const limited = await startRestGateway({ env: { MAX_IDEMPOTENCY_BYTES: '2000' } });
  const [one, other] = [await makeApiKey(limited), await makeApiKey(limited)];
  const accepted: string[] = [];
  let refusal: Awaited<ReturnType<typeof createNamed>>;
  for (;;) {
    const key = `key-${accepted.length}`;
    refusal = await createNamed(limited, key, { headers: bearer(one.secret) });
    if (refusal.errors.length > 0) break;
    accepted.push(key);
  }

  expect(accepted.length).toBeGreaterThan(3);
  expect(accepted.length).toBeLessThan(10);
  expect(codesOf(refusal)).toEqual(['IDEMPOTENCY_LIMIT']);
  expect(refusal.status).toBe(429);
  expect(refusal.headers.get('retry-after')).toBe('60');
  expect(refusal.errors[0]?.message).toContain('limit of 2000 bytes; nothing was changed');
  // Nothing changed, and what is stored is still repeated.
  expect(storedKeys(limited)).toEqual(accepted);
  const companies = () => rowsOf(limited, 'SELECT id FROM companies').length;
  expect(companies()).toBe(accepted.length);
  expect((await createNamed(limited, 'key-0', { headers: bearer(one.secret) })).errors).toEqual([]);
  expect(companies()).toBe(accepted.length);
  // The same limit is that of REST.
  const rest = await limited.raw({
    method: 'POST',
    path: '/companies',
    headers: { ...bearer(one.secret), 'idempotency-key': 'rest' },
    body: { name: 'Acme' },
  });
  expect(rest.status).toBe(429);
  expect(rest.headers['retry-after']).toBe('60');
  expect(rest.json()).toMatchObject({ canBeRetried: 'True' });
  expect(companies()).toBe(accepted.length);
  // Without the header, and for another caller, all goes on.
  const plain = await limited.raw({
    method: 'POST',
    path: '/companies',
    headers: bearer(one.secret),
    body: { name: 'Acme' },
  });
  expect(plain.status).toBe(200);
  expect((await createNamed(limited, 'key-0', { headers: bearer(other.secret) })).errors).toEqual(
    [],
  );
  expect(totalFindings(limited)).toEqual([]);
});

test('expired responses are removed in the background, and make room for others', async () => {
  const clock = new ManualClock();
  const limited = await startRestGateway({ clock, env: { MAX_IDEMPOTENCY_BYTES: '1024' } });
  for (const key of ['old-1', 'old-2', 'old-3', 'old-4']) await createNamed(limited, key);
  expect(codesOf(await createNamed(limited, 'new'))).toEqual(['IDEMPOTENCY_LIMIT']);
  inDatabase(limited.file, (db) =>
    db.prepare('UPDATE idempotent_answers SET at = at - ? WHERE key <> ?').run(dayMs + 1, 'old-4'),
  );

  await until('they are removed', async () => {
    await clock.advance(10 * minuteMs);
    return storedKeys(limited).length === 1;
  });

  expect(storedKeys(limited)).toEqual(['old-4']);
  expect((await createNamed(limited, 'new')).errors).toEqual([]);
  expect(totalFindings(limited)).toEqual([]);
});

test('a request removes no response except an expired one with its own key', async () => {
  await createNamed(gateway(), 'mine');
  await createNamed(gateway(), 'theirs');
  inDatabase(gateway().file, (db) =>
    db
      .prepare(`UPDATE idempotent_answers SET at = at - ? WHERE key IN ('mine', 'theirs')`)
      .run(dayMs + 1000),
  );

  const again = await createNamed(gateway(), 'mine', { name: 'Another request' });

  expect(again.errors).toEqual([]);
  expect(storedKeys(gateway())).toEqual(expect.arrayContaining(['mine', 'theirs']));
  expect(await named(gateway(), 'Another request')).toBe(1);
  expect(totalFindings(gateway())).toEqual([]);
});
