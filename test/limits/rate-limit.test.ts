import { expect, test } from 'vitest';
import { ask, bearer, makeApiKey, type Question } from '../support/callers.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';

const three = { RATE_LIMIT: '3' };

/** Returns the statuses of this number of consecutive requests. */
async function statusesOf(
  gateway: TestGateway,
  count: number,
  headers: Record<string, string> = {},
) {
  const question: Question = { query: '{ companies { totalCount } }', headers };
  const statuses: number[] = [];
  for (let i = 0; i < count; i += 1) statuses.push((await ask(gateway, question)).status);
  return statuses;
}

test('a key may send RATE_LIMIT requests a minute, and is told where it stands', async () => {
  const gateway = await startTestGateway({ env: three });
  const { secret } = await makeApiKey(gateway);
  const use = () => ask(gateway, { query: '{ __typename }', headers: bearer(secret) });

  const answers = [await use(), await use(), await use()];

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  const told = (name: string) => answers.map(({ headers }) => headers.get(name));
  expect(told('ratelimit-limit')).toEqual(['3', '3', '3']);
  expect(told('ratelimit-remaining')).toEqual(['2', '1', '0']);
  for (const seconds of told('ratelimit-reset')) {
    expect(Number(seconds)).toBeGreaterThan(0);
    expect(Number(seconds)).toBeLessThanOrEqual(60);
  }
});

test('one request more is answered with 429 and when to try again, and nothing is read for it', async () => {
  const gateway = await startTestGateway({ env: three });
  await statusesOf(gateway, 3);
  gateway.takeStatements();

  const answer = await ask(gateway, { query: '{ companies { totalCount } }' });

  expect(answer.status).toBe(429);
  expect(answer.errors[0]?.extensions).toEqual({ code: 'RATE_LIMITED' });
  expect(answer.headers.get('ratelimit-remaining')).toBe('0');
  expect(answer.headers.get('retry-after')).toBe(answer.headers.get('ratelimit-reset'));
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(gateway.takeStatements().join()).not.toContain('"companies"');
});

test('requests that are refused or wrong count, too', async () => {
  const gateway = await startTestGateway({ env: three });
  const wrong = async (query: string) => (await ask(gateway, { query })).status;

  expect(await wrong('{ nonsense')).not.toBe(429);
  expect(await wrong('{ unknown }')).not.toBe(429);
  expect(await statusesOf(gateway, 2)).toEqual([200, 429]);
});

test('one key at its limit does not hold up another, nor callers without a key', async () => {
  const gateway = await startTestGateway({ env: { ...three, ALLOW_ANONYMOUS: 'read' } });
  const [one, other] = [await makeApiKey(gateway, 'read'), await makeApiKey(gateway, 'read')];

  expect(await statusesOf(gateway, 4, bearer(one.secret))).toEqual([200, 200, 200, 429]);

  expect(await statusesOf(gateway, 1, bearer(other.secret))).toEqual([200]);
  expect(await statusesOf(gateway, 1)).toEqual([200]);
});

const guess = (i: number) => bearer(`cnx_0000000${i}_${'A'.repeat(43)}`);

test('keys cannot be guessed at leisure: bad ones are counted by the address', async () => {
  const gateway = await startTestGateway({ env: three });
  const { secret } = await makeApiKey(gateway);

  const statuses = [];
  for (let i = 0; i < 4; i += 1) statuses.push(...(await statusesOf(gateway, 1, guess(i))));

  expect(statuses).toEqual([401, 401, 401, 429]);
  expect(await statusesOf(gateway, 1, bearer(secret))).toEqual([200]);
});

const pretendedFrom = (address: string) => ({
  'x-forwarded-for': address,
  forwarded: `for=${address}`,
  'x-real-ip': address,
});

test('an address is not chosen by a header', async () => {
  const gateway = await startTestGateway({ env: three });

  const statuses = [];
  for (let i = 1; i <= 4; i += 1)
    statuses.push(...(await statusesOf(gateway, 1, pretendedFrom(`10.0.0.${i}`))));

  expect(statuses).toEqual([200, 200, 200, 429]);
});

test('probes are not limited', async () => {
  const gateway = await startTestGateway({ env: { RATE_LIMIT: '1' } });
  const probe = async () => (await fetch(`${gateway.url}/health/ready`)).status;

  expect([await probe(), await probe(), await probe()]).toEqual([200, 200, 200]);
});

test('RATE_LIMIT=off limits nothing and says nothing', async () => {
  const gateway = await startTestGateway({ env: { RATE_LIMIT: 'off' } });

  const { headers } = await ask(gateway, { query: '{ __typename }' });

  expect([...headers.keys()].filter((name) => /ratelimit|retry/.test(name))).toEqual([]);
});

test('6,000 requests a minute are permitted unless RATE_LIMIT says otherwise', async () => {
  const gateway = await startTestGateway();

  const { headers } = await ask(gateway, { query: '{ __typename }' });

  expect(headers.get('ratelimit-limit')).toBe('6000');
});
