import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { expectSame, ids, startBothPaths, type BothPaths } from '../support/both-paths.ts';
import { documentFile } from '../support/persisted.ts';

// Automatic persisted queries have the same responses and logs on the fast path as through Yoga.

const query = 'query Company($id: ID!) { company(id: $id) { name } }';
const other = '{ companies { totalCount } }';
const variables = { id: ids.acme };
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const withHash = (sha256Hash: unknown, version: unknown = 1) => ({
  extensions: { persistedQuery: { version, sha256Hash } },
});
const byHash = { ...withHash(hashOf(query)), variables };

async function pathsOf(both: BothPaths, body: unknown, rounds = 4) {
  return (await expectSame(both, { body }, rounds)).paths.join();
}

test('a hash takes the fast path as its text does', async () => {
  const both = await startBothPaths();

  expect(await pathsOf(both, byHash)).toBe('full,full,full,full');
  expect(await pathsOf(both, { query, ...byHash })).toBe('full,full,fast,fast');
  expect(await pathsOf(both, byHash)).toBe('fast,fast,fast,fast');
  expect(await pathsOf(both, { query, variables })).toBe('fast,fast,fast,fast');
});

test('a text that is compiled before it comes with its hash is kept as well', async () => {
  const both = await startBothPaths();
  await expectSame(both, { body: { query, variables } });

  expect(await pathsOf(both, byHash, 1)).toBe('full');
  expect(await pathsOf(both, { query, ...byHash }, 1)).toBe('fast');
  expect(await pathsOf(both, byHash, 1)).toBe('fast');
});

const requests: Record<string, Record<string, unknown>> = {
  'the hash of another text': { query, variables, ...withHash(hashOf(other)) },
  'an unknown hash': withHash(hashOf(other)),
  'another version': { query, variables, ...withHash(hashOf(query), 2) },
  'no version': { query, variables, ...withHash(hashOf(query), undefined) },
  'a hash in capitals': { query, variables, ...withHash(hashOf(query).toUpperCase()) },
  'a hash that is a number': { query, variables, ...withHash(5) },
  'an extension that is a list': { query, variables, extensions: { persistedQuery: [] } },
  'an extension that is null': { query, variables, extensions: { persistedQuery: null } },
  'a hash and an id': { ...byHash, documentId: 'known' },
  'a hash and an empty text': { ...byHash, query: '' },
  'a hash and a text that is a list': { ...byHash, query: [query] },
  'a hash and null for the text': { ...byHash, query: null },
  'a hash without its variables': withHash(hashOf(query)),
  'a hash and the name of its operation': { ...byHash, operationName: 'Company' },
  'a hash and the name of no operation': { ...byHash, operationName: 'Companies' },
};

/** Returns the path of a GET request with the same parameters. */
function pathOf(body: Record<string, unknown>): string {
  const parameters = Object.entries(body).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return `/graphql?${new URLSearchParams(parameters).toString()}`;
}

test.for(['off', 'on'])('requests with hashes, PERSISTED_DOCUMENTS_ONLY=%s', async (only) => {
  const file = await documentFile({ known: query });
  const both = await startBothPaths({
    PERSISTED_DOCUMENTS: file,
    PERSISTED_DOCUMENTS_ONLY: only,
  });
  expect(await pathsOf(both, byHash)).toBe('full,full,fast,fast');

  for (const body of Object.values(requests)) {
    await expectSame(both, { body });
    await expectSame(both, { method: 'GET', path: pathOf(body), body: undefined }, 1);
  }
});
