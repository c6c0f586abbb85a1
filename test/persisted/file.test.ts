import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConfigError } from '../../src/config/config.ts';
import {
  documentOfAliases,
  documentOfDepth,
  documentOfLength,
  times,
} from '../support/documents.ts';
import { temporaryFolder } from '../support/folder.ts';
import { startTestGateway } from '../support/gateway.ts';
import { sendJson } from '../support/http.ts';
import { sha256Id, startWithDocuments } from '../support/persisted.ts';
import { runCommand } from '../support/process.ts';
import { startIn, stop } from '../process/start-in.ts';

const good = '{ __typename }';
const nested = (levels: number) => documentOfDepth(levels);

/** Returns the error of a start with this file, without the names of the variable and the file. */
async function refusalOf(content: string | Record<string, string>, env = {}): Promise<string> {
  try {
    await startWithDocuments(content, env);
  } catch (error) {
    const prefix = /^PERSISTED_DOCUMENTS \/.*persisted-documents\.json: /;
    if (!(error instanceof ConfigError) || !prefix.test(error.message)) throw error;
    return error.message.replaceAll(/PERSISTED_DOCUMENTS \/.*?persisted-documents\.json: /g, '');
  }
  throw new Error('it started');
}

test.for<[string, string | Record<string, string>, RegExp]>([
  ['that is empty', '', /^must be JSON$/],
  ['that is cut off', '{"a": "{ __typename }"', /^must be JSON$/],
  ['that holds a list', '["{ __typename }"]', /^must be a JSON object that maps ids to documents/],
  ['that holds null', 'null', /^must be a JSON object that maps ids to documents/],
  ['that holds a text', '"{ __typename }"', /^must be a JSON object that maps ids to documents/],
  [
    'with a number',
    '{"a": "{ __typename }", "b": 5}',
    /^"b" must have the text of a document as its value$/,
  ],
  [
    'with an object',
    '{"__proto__": {}}',
    /^"__proto__" must have the text of a document as its value$/,
  ],
  ['with an empty id', { '': good }, /^"" is not a valid id: an id must not be empty$/],
  [
    'with a wrong hash',
    { [sha256Id('other')]: good },
    /^"sha256:.*" must be sha256: followed by the SHA-256 of/,
  ],
  ['with what is not GraphQL', { a: '{\n  companies(' }, /^"a", line 2, column 13: Syntax Error/],
  ['with a field that is unknown', { a: '{ nme }' }, /^"a", line 1, column 3: Cannot query field/],
  ['with a fragment alone', { a: 'fragment F on Query { __typename }' }, /^"a".*"F" is never used/],
  ['with a definition of a type', { a: `${good} type T { a: Int }` }, /^"a".* not executable/],
  ['with a document that is too long', { a: documentOfLength(16_385) }, /^"a": .*16384 characters/],
  ['with too many tokens', { a: `{${times(1001, () => ' id')} }` }, /^"a": .*1000 tokens/],
  ['with too many aliases', { a: documentOfAliases(16) }, /^"a": .*15 aliases/],
  ['with too many levels', { a: nested(11) }, /^"a": .*deeper than 10 levels/],
  [
    'with an operation of too many levels among others, with variables',
    {
      a: `query A { __typename } ${nested(11).replace('{', 'query B($id: ID!) { company(id: $id) { id } ')}`,
    },
    /^"a": .*deeper than 10 levels/,
  ],
  [
    'with an answer that costs too much, whatever is asked',
    {
      a: '{ companies(first: 100) { nodes { connections { history(first: 100) { nodes { id } } } } } }',
    },
    /^"a": .*20000 fields/,
  ],
])('a file %s is refused', async ([, content, message]) => {
  expect(await refusalOf(content)).toMatch(message);
});

test('a file of more than 16 MiB is refused', async () => {
  expect(await refusalOf(' '.repeat(16 * 1024 * 1024 + 1))).toBe('must be at most 16 MiB');
});

test('the limits of the configuration are those that count', async () => {
  const gateway = await startWithDocuments(
    { a: nested(11), b: documentOfAliases(16) },
    { MAX_DEPTH: '11', MAX_ALIASES: '16', MAX_COST: '1000000000' },
  );

  const answer = await sendJson(gateway.url, { documentId: 'a' });

  expect(answer.json().errors).toBeUndefined();
});

test('introspection is refused where INTROSPECTION is off', async () => {
  const introspection = { a: '{ __schema { queryType { name } } }' };

  expect(await refusalOf(introspection, { INTROSPECTION: 'off' })).toMatch(/^"a".*introspection/);
});

test('each of a file’s faults has a line, twenty at most', async () => {
  const file = Object.fromEntries(Array.from({ length: 23 }, (_, i) => [`d${i}`, '{ nme }']));

  const lines = (await refusalOf({ good, ...file })).split('\n');

  expect(lines).toHaveLength(21);
  expect(lines.slice(0, 2)).toEqual([
    expect.stringMatching(/^"d0"/),
    expect.stringMatching(/^"d1"/),
  ]);
  expect(lines[20]).toBe('and 3 more');
});

test('a file without documents is one, unless there may be no others', async () => {
  const gateway = await startWithDocuments({});
  expect((await gateway.query(good)).data).toEqual({ __typename: 'Query' });

  expect(await refusalOf({}, { PERSISTED_DOCUMENTS_ONLY: 'on' })).toMatch(
    /^must contain at least one document, because PERSISTED_DOCUMENTS_ONLY is on$/,
  );
});

test.for<[Record<string, string>, RegExp]>([
  [{ PERSISTED_DOCUMENTS: '/nowhere/a.json' }, /^PERSISTED_DOCUMENTS .*: cannot be read: ENOENT/],
  [
    { PERSISTED_DOCUMENTS: '/dev/zero' },
    /^PERSISTED_DOCUMENTS \/dev\/zero: must be a regular file$/,
  ],
  [{ PERSISTED_DOCUMENTS: '/' }, /^PERSISTED_DOCUMENTS \/: cannot be read: EISDIR/],
  [{ PERSISTED_DOCUMENTS_ONLY: 'on' }, /^PERSISTED_DOCUMENTS_ONLY requires PERSISTED_DOCUMENTS/],
  [{ PERSISTED_DOCUMENTS_ONLY: 'yes' }, /^PERSISTED_DOCUMENTS_ONLY must be on or off$/],
  [
    { PERSISTED_DOCUMENTS: 'a.json', PERSISTED_DOCUMENTS_ONLY: 'on', GRAPHIQL: 'on' },
    /^GRAPHIQL must not be on with PERSISTED_DOCUMENTS_ONLY/,
  ],
])('a start with %o is refused', async ([env, message]) => {
  const error: unknown = await startTestGateway({ env }).catch((it: unknown) => it);

  expect(error).toBeInstanceOf(ConfigError);
  expect((error as ConfigError).message).toMatch(message);
});

test('a start that a file stops leaves nothing behind, and ends with 1', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'documents.json'), '{"a": "{ nme }"}');
  const env = { PERSISTED_DOCUMENTS: 'documents.json' };

  const { code, stderr } = await runCommand([], { cwd: folder, env }).finished;

  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^PERSISTED_DOCUMENTS documents\.json: "a", line 1, column 3: Cannot query field "nme".*\n$/,
  );
  expect(await readdir(folder)).toEqual(['documents.json']);
});

test('a start says what is persisted, serves no GraphiQL if there is nothing else, and its example works', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'documents.json'), JSON.stringify({ a: good, b: good }));
  const gateway = await startIn(folder, {
    PERSISTED_DOCUMENTS: 'documents.json',
    PERSISTED_DOCUMENTS_ONLY: 'on',
  });

  expect(gateway.welcome).toMatch(
    /Persisted documents: 1 in .*documents\.json; no other documents are allowed/,
  );
  expect(gateway.welcome).not.toContain('GraphiQL');
  const [, example = ''] = /-d '(.+)'/.exec(gateway.welcome) ?? [];
  expect((await sendJson(gateway.url, example)).json()).toEqual({ data: { __typename: 'Query' } });
  await stop(gateway);
});
