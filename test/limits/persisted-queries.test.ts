import { createHash } from 'node:crypto';
import { array, assert, constantFrom, integer, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import { entryWeight, FairCache } from '../../src/api/graphql/execution/fair-cache.ts';
import { bearer, makeApiKey } from '../support/callers.ts';
import { startTestGateway } from '../support/gateway.ts';
import { sendJson } from '../support/http.ts';

// Documents that clients send with their hash stay in memory. A caller chooses how many and how long they are, so they are
// limited, and a caller that sends more than fit must not flush those of others.

const persistedQuery = (text: string) => ({
  version: 1,
  sha256Hash: createHash('sha256').update(text).digest('hex'),
});

/** A document near the default limit of 16,384 characters. 4 MiB hold 241 of them. */
const longDocument = (i: number) => `query D${i} { __typename }`.padEnd(16_300);
const sent = 260;

test('a caller that keeps more documents than fit replaces its own, and none of others', async () => {
  const gateway = await startTestGateway({
    env: { RATE_LIMIT: 'off', ALLOW_ANONYMOUS: 'read', TRUSTED_PROXIES: '127.0.0.1' },
  });
  const keys = [await makeApiKey(gateway, 'read'), await makeApiKey(gateway, 'read')];
  const [one = {}, flood = {}] = keys.map(({ secret }) => bearer(secret));
  const anonymous = { 'x-forwarded-for': '192.0.2.1' };
  const keep = (text: string, headers: Record<string, string>) =>
    sendJson(
      gateway.url,
      { query: text, extensions: { persistedQuery: persistedQuery(text) } },
      headers,
    );
  const isKept = async (text: string) => {
    const body = { extensions: { persistedQuery: persistedQuery(text) } };
    return (await sendJson(gateway.url, body, one)).json().data !== undefined;
  };
  await keep('{ ofAKey: __typename }', one);
  await keep('{ ofAnAddress: __typename }', anonymous);

  for (let i = 0; i < sent; i += 1) await keep(longDocument(i), flood);

  expect(await isKept('{ ofAKey: __typename }')).toBe(true);
  expect(await isKept('{ ofAnAddress: __typename }')).toBe(true);
  expect(await isKept(longDocument(0))).toBe(false);
  expect(await isKept(longDocument(sent - 1))).toBe(true);

  // Without a key, each address is a caller of its own.
  const other = { 'x-forwarded-for': '192.0.2.2' };
  for (let i = sent; i < 2 * sent; i += 1) await keep(longDocument(i), other);

  expect(await isKept('{ ofAnAddress: __typename }')).toBe(true);
  expect(await isKept(longDocument(2 * sent - 1))).toBe(true);
});

const maxWeight = 20 * entryWeight;
const owners = ['a', 'b', 'c', 'd'];
const step = record({
  owner: constantFrom(...owners),
  key: integer({ min: 0, max: 40 }),
  length: integer({ min: 0, max: 3 * entryWeight }),
  action: constantFrom('set', 'set', 'get'),
});

function weightOf(entries: readonly (readonly [string, { text: string }])[]): number {
  return entries.reduce((sum, [, { text }]) => sum + text.length + entryWeight, 0);
}

test('the cache is never heavier than its limit, and takes nothing from who stores a fair share', () => {
  assert(
    property(array(step, { maxLength: 300 }), (steps) => {
      const cache = new FairCache(maxWeight);
      const given = new Map<string, { owner: string; text: string }>();
      for (const { owner, key, length, action } of steps) {
        const name = `${owner}${key}`;
        if (action === 'get') cache.get(name);
        else {
          const text = given.get(name)?.text ?? String(key).padEnd(length);
          given.set(name, { owner, text });
          cache.set(name, text, owner);
        }
      }

      const kept = [...given].filter(([name]) => cache.get(name) !== undefined);
      expect(weightOf(kept)).toBeLessThanOrEqual(maxWeight);
      for (const [name, { text }] of kept) expect(cache.get(name)).toBe(text);
      for (const owner of owners) {
        const own = [...given].filter(([, it]) => it.owner === owner);
        // Whoever stores at most a share of all owners keeps everything.
        if (weightOf(own) > maxWeight / owners.length) continue;
        expect(kept.filter(([, it]) => it.owner === owner)).toEqual(own);
      }
    }),
  );
});

test('of one owner, the text that was used least recently is replaced', () => {
  const cache = new FairCache(3 * entryWeight);
  for (const key of ['a', 'b', 'c']) cache.set(key, '', 'owner');
  cache.get('a');
  cache.set('b', '', 'other');

  cache.set('d', '', 'owner');

  expect(['a', 'b', 'c', 'd'].filter((key) => cache.get(key) !== undefined)).toEqual([
    'a',
    'b',
    'd',
  ]);
});

test('a text that is larger than the cache replaces nothing of others', () => {
  const cache = new FairCache(3 * entryWeight);
  cache.set('small', '', 'one');

  cache.set('large', 'x'.repeat(3 * entryWeight), 'other');

  expect([cache.get('small'), cache.get('large')]).toEqual(['', undefined]);
});
