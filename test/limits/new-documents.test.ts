import { expect, test } from 'vitest';
import { CompileAllowance } from '../../src/api/graphql/execution/compile-allowance.ts';
import { ask, bearer, makeApiKey } from '../support/callers.ts';
import { fullPath } from '../support/full-path.ts';
import { startTestGateway } from '../support/gateway.ts';
import { documentFile } from '../support/persisted.ts';

// To parse and validate a document takes longer than to execute it again, and to compile one takes longer still. A
// caller that sends a new document each time must not be able to keep the gateway busy with that.

/** A document of so many characters that is the same as no other. */
const documentOf = (length: number, i: number) =>
  `query D${i} { integrations { id } }`.padEnd(length, ' ');

const key = async (gateway: Parameters<typeof makeApiKey>[0]) =>
  bearer((await makeApiKey(gateway, 'read')).secret);

/** Sends documents, one after the other. Returns how many requests the caller has left after the last one. */
async function leftAfter(
  gateway: { readonly url: string },
  headers: Record<string, string>,
  documents: readonly string[],
): Promise<number> {
  let left = Number.NaN;
  for (const query of documents) {
    const answer = await ask(gateway, { query, headers });
    left = Number(answer.headers.get('ratelimit-remaining'));
  }
  return left;
}

test('a new document counts as one request more for each 200 characters, and a known one does not', async () => {
  const gateway = await startTestGateway({ env: { RATE_LIMIT: '1000' } });
  const headers = await key(gateway);
  const [short, long] = [documentOf(199, 1), documentOf(1000, 2)];

  expect(await leftAfter(gateway, headers, [short, short])).toBe(998);
  expect(await leftAfter(gateway, headers, [long, short])).toBe(998 - 1 - 5 - 1);
  expect(
    await leftAfter(
      gateway,
      headers,
      Array.from({ length: 5 }, () => long),
    ),
  ).toBe(991 - 5);
});

test.for([
  ['cannot be parsed', '{ nonsense '.padEnd(1000)],
  ['is not valid', '{ unknown }'.padEnd(1000)],
  ['cannot be parsed, by GET', undefined],
] as const)('a new document that %s counts as well', async ([, given]) => {
  const gateway = await startTestGateway({ env: { RATE_LIMIT: '1000' } });
  const headers = await key(gateway);
  if (given === undefined) {
    const query = encodeURIComponent('{ nonsense '.padEnd(1000));
    await fetch(`${gateway.url}/graphql?query=${query}`, { headers });
  } else await ask(gateway, { query: given, headers });

  expect(await leftAfter(gateway, headers, ['{ __typename }'])).toBe(1000 - 1 - 5 - 1);
});

test('new documents without end meet the rate limit, and those of others do not', async () => {
  const gateway = await startTestGateway({ env: { RATE_LIMIT: '100' } });
  const [one, other] = [await key(gateway), await key(gateway)];
  const statuses = [];

  for (let i = 0; i < 10; i += 1) {
    statuses.push((await ask(gateway, { query: documentOf(4000, i), headers: one })).status);
  }

  // Each counts as 21; the fifth goes over the limit, and the sixth meets it.
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429, 429, 429, 429]);
  expect((await ask(gateway, { query: documentOf(4000, 0), headers: other })).status).toBe(200);
});

test('persisted documents, which the operator chose, count as any request', async () => {
  const text = documentOf(2000, 1);
  const gateway = await startTestGateway({
    env: { RATE_LIMIT: '1000', PERSISTED_DOCUMENTS: await documentFile({ 'the-id': text }) },
  });
  const headers = await key(gateway);

  await ask(gateway, { query: text, headers });

  expect(await leftAfter(gateway, headers, [text])).toBe(998);
});

test('no more operations are compiled than the allowance permits, and all are executed', async () => {
  const gateway = await startTestGateway({ env: { RATE_LIMIT: 'off' } });
  const run = async (i: number) => {
    const before = fullPath.requests;
    const { errors } = await ask(gateway, { query: documentOf(50, i) });
    expect(errors).toEqual([]);
    return fullPath.requests === before;
  };
  // Of those that are kept, as many are compiled as can be at once. Some time may allow a few more.
  let compiled = 0;
  for (let i = 0; i < 150; i += 1) {
    await run(i);
    await run(i);
    compiled += Number(await run(i));
  }

  expect(compiled).toBeGreaterThanOrEqual(100);
  expect(compiled).toBeLessThan(150);
});

test('the allowance is regained over a minute, and never more than the whole', () => {
  let nowMs = 0;
  const allowance = new CompileAllowance(4, () => nowMs);
  const takeAll = () => {
    let taken = 0;
    while (allowance.take()) taken += 1;
    return taken;
  };

  expect(takeAll()).toBe(4);
  nowMs += 14_000;
  expect(takeAll()).toBe(0);
  nowMs += 2000;
  expect(takeAll()).toBe(1);
  nowMs += 3_600_000;
  expect(takeAll()).toBe(4);
});
