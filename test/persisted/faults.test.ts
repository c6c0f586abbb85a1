import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { createDocumentCheck } from '../../src/api/graphql/execution/document-check.ts';
import { readDocuments } from '../../src/api/graphql/persisted/read-documents.ts';
import { documentOfDepth } from '../support/documents.ts';
import { temporaryFolder } from '../support/folder.ts';

const check = createDocumentCheck(readConfig({}).limits.document, true);

test.for<[string, Record<string, string>, string[], RegExp[]]>([
  [
    'a field that is unknown',
    { 'a.graphql': 'query A {\n  companies {\n    nme\n  }\n}', 'b.gql': 'query B { __typename }' },
    ['.'],
    [/^a\.graphql:3:5 Cannot query field "nme" on type "CompanyPage"/],
  ],
  [
    'a fault in a fragment of another file, once',
    {
      'a.graphql': 'query A { node(id: 1) { ...F } } query B { node(id: 1) { ...F } }',
      'f.graphql': '\nfragment F on Company { nme }',
    },
    ['.'],
    [/^f\.graphql:2:25 Cannot query field/],
  ],
  [
    'what is not GraphQL',
    { 'a.graphql': 'query A {\n' },
    ['a.graphql'],
    [/^a\.graphql:2:1 Syntax/],
  ],
  [
    'faults of two files',
    { 'a.graphql': 'query A {', 'b.graphql': '}' },
    ['.'],
    [/^a\.graphql:1:10 Syntax/, /^b\.graphql:1:1 Syntax/],
  ],
  [
    'an operation without a name',
    { 'a.graphql': 'query A { __typename }\n  { __typename }' },
    ['.'],
    [/^a\.graphql:2:3 The operation must have a name$/],
  ],
  [
    'two operations of one name',
    { 'a.graphql': 'query A { __typename }', 'b.graphql': 'query A { __typename }' },
    ['.'],
    [/There can be only one operation named "A"/],
  ],
  [
    'two fragments of one name',
    {
      'a.graphql': 'query A { companies { nodes { ...F } } } fragment F on Company { id }',
      'b.graphql': 'fragment F on Company { name }',
    },
    ['.'],
    [/There can be only one fragment named "F"/],
  ],
  [
    'a fragment that is nowhere',
    { 'a.graphql': '\nquery A { companies { nodes { ...F } } }' },
    ['.'],
    [/^a\.graphql:2:34 Unknown fragment "F"/],
  ],
  ['a schema', { 'a.graphql': 'type T { a: Int }' }, ['.'], [/^a\.graphql:1:1 .*not executable/]],
  [
    'too many levels, with variables',
    { 'a.graphql': `\nquery A($id: ID!) { node(id: $id) { id } ${documentOfDepth(11).slice(1)}` },
    ['.'],
    [/^a\.graphql:2:1 The operation is nested deeper than 10 levels$/],
  ],
  [
    'too many aliases',
    {
      'a.graphql': `\n\nquery A { ${Array.from({ length: 16 }, (_, i) => `a${i}: __typename`).join(' ')} }`,
    },
    ['.'],
    [/^a\.graphql:3:1 The document has more than 15 aliases$/],
  ],
  [
    'no operation',
    { 'a.graphql': 'fragment F on Company { id }' },
    ['.'],
    [/No operation found in \.\/?$/],
  ],
  ['an empty folder', {}, ['.'], [/No operation found in \.\/?$/]],
  ['a file of another kind', { 'a.ts': '' }, ['a.ts'], [/^a\.ts must be a folder, or a file/]],
  [
    'a JSON file of another kind',
    { 'a.json': '[]' },
    ['a.json'],
    [/^a\.json: must be a JSON object/],
  ],
])('%s is a fault, told with its place', async ([, files, paths, messages]) => {
  const folder = await temporaryFolder();
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);

  const { faults } = await readDocuments(
    paths.map((path) => join(folder, path)),
    check,
  );

  const told = faults.map((fault) => fault.replaceAll(`${folder}/`, '').replaceAll(folder, '.'));
  expect(told).toEqual(messages.map((message) => expect.stringMatching(message) as unknown));
});
