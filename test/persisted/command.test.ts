import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { print, parse } from 'graphql';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { startTestGateway } from '../support/gateway.ts';
import { sendJson } from '../support/http.ts';
import { sha256Id } from '../support/persisted.ts';
import { runCommand } from '../support/process.ts';
import { runHere } from '../support/run-here.ts';

const out = 'persisted-documents.json';

/** Makes a folder with files and functions that run `connexions persist` in it. */
async function folderWith(files: Record<string, string>) {
  const folder = await temporaryFolder();
  const write = async (name: string, content: string) => {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  };
  for (const [name, content] of Object.entries(files)) await write(name, content);
  return {
    folder,
    write,
    /** Runs the command in its own process. */
    runInProcess: (...args: string[]) => runCommand(['persist', ...args], { cwd: folder }).finished,
    /** Runs the command in this process, elsewhere: with absolute paths, which are relative again in the output. */
    run: async (...args: string[]) => {
      const given = args.includes('--out') ? args : [...args, '--out', out];
      const whole = given.map((it) => (it.startsWith('--') ? it : join(folder, it)));
      const { code, stdout, stderr } = await runHere(['persist', ...whole]);
      const [told, said] = [stderr, stdout].map((text) => text.replaceAll(`${folder}/`, ''));
      return { code, stdout: said ?? '', stderr: told ?? '' };
    },
    read: (name = out) => readFile(join(folder, name), 'utf8'),
    entries: async () =>
      JSON.parse(await readFile(join(folder, out), 'utf8')) as Record<string, string>,
  };
}

const operations = `
  # Both need a fragment of another file.
  query Companies { companies { nodes { ...Company } } }
  query Company($id: ID!) { company(id: $id) { ...Company connections { ...Row } } }
`;
const fragments = `
  fragment Row on Connection { id status }
  fragment Company on Company { id name }
  fragment Unused on Company { id }
`;
const companies = print(
  parse(
    'query Companies { companies { nodes { ...Company } } } fragment Company on Company { id name }',
  ),
);
const company = print(
  parse(
    `query Company($id: ID!) { company(id: $id) { ...Company connections { ...Row } } }
     fragment Company on Company { id name } fragment Row on Connection { id status }`,
  ),
);

test('each operation becomes a document with the fragments that it needs, which a gateway answers', async () => {
  const project = await folderWith({
    'src/pages/a.graphql': operations,
    'src/b.gql': fragments,
    'src/readme.md': '{',
    'src/node_modules/c.graphql': '{',
  });

  const finished = await project.runInProcess('src');

  expect(finished).toMatchObject({ code: 0, stderr: '' });
  expect(finished.stdout).toBe(
    `new     ${sha256Id(companies)} Companies\n` +
      `new     ${sha256Id(company)} Company\n` +
      `2 documents: 2 new, 0 known; ${out} now contains 2\n`,
  );
  expect(await project.entries()).toEqual({
    [sha256Id(companies)]: companies,
    [sha256Id(company)]: company,
  });
  expect(await readdir(project.folder)).toEqual([out, 'src']);
  const gateway = await startTestGateway({
    env: { PERSISTED_DOCUMENTS: join(project.folder, out), PERSISTED_DOCUMENTS_ONLY: 'on' },
  });
  const answer = await sendJson(gateway.url, { documentId: sha256Id(companies) });
  expect(answer.json()).toEqual({ data: { companies: { nodes: [] } } });
});

test('what is in the file stays there: clients that were deployed before still ask for it', async () => {
  const project = await folderWith({ 'a.graphql': 'query A { __typename }' });
  await project.run('a.graphql');
  const before = await project.entries();
  await project.write('a.graphql', 'query A { companies { totalCount } } query B { __typename }');

  const { stdout } = await project.run('a.graphql');

  expect(stdout).toMatch(
    /\n2 documents: 2 new, 0 known; persisted-documents\.json now contains 3\n$/,
  );
  expect(await project.entries()).toMatchObject(before);
});

test('--replace drops what is not given, and says what', async () => {
  const project = await folderWith({
    'a.graphql': 'query A { __typename } query B { __typename }',
  });
  await project.run('a.graphql');
  await project.write('a.graphql', 'query B { __typename } query C { __typename }');

  const { stdout } = await project.run('a.graphql', '--replace');

  const [a, b, c] = ['A', 'B', 'C'].map((name) => print(parse(`query ${name} { __typename }`)));
  expect(stdout).toBe(
    `known   ${sha256Id(b ?? '')} B\nnew     ${sha256Id(c ?? '')} C\ndropped ${sha256Id(a ?? '')} A\n` +
      `2 documents: 1 new, 1 known, 1 dropped; ${out} now contains 2\n`,
  );
  expect(Object.values(await project.entries())).toEqual([b, c]);
});

test('the same operations give the same bytes, wherever they and their fragments are', async () => {
  const one = await folderWith({ 'a.graphql': operations, 'b.graphql': fragments });
  const other = await folderWith({ 'z/a.graphql': fragments, 'z/b/c.gql': operations });
  await one.run('a.graphql', 'b.graphql');
  const first = await one.read();

  await other.run('z', '--out', 'other.json');
  const { stdout } = await one.run('b.graphql', 'a.graphql', '.', './a.graphql');

  expect(await other.read('other.json')).toBe(first);
  expect(await one.read()).toBe(first);
  expect(stdout).toMatch(/2 documents: 0 new, 2 known; .* now contains 2\n$/);
});

test('documents of a file that codegen or Relay wrote are taken in with their ids', async () => {
  const relay = JSON.stringify({ d41d8cd9: 'query R { __typename }', 7: 'query S { __typename }' });
  const project = await folderWith({ 'relay.json': relay, 'a.graphql': 'query A { __typename }' });

  const { code, stdout } = await project.run('relay.json', 'a.graphql');

  expect(code).toBe(0);
  expect(stdout).toContain('new     d41d8cd9 R\n');
  expect(await project.entries()).toMatchObject(JSON.parse(relay) as object);
});

test('if anything is wrong, all of it is told, nothing is written, and the exit code is 1', async () => {
  const before = '{"old": "query Old { nme }"}';
  const files = {
    [out]: before,
    'a.graphql': 'query A {\n  companies {\n    nme\n  }\n}',
    'b.graphql': 'query B { __typename }',
  };
  const project = await folderWith(files);

  const { code, stdout, stderr } = await project.runInProcess('a.graphql', 'b.graphql');

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr.split('\n')).toEqual([
    expect.stringMatching(/^a\.graphql:3:5 Cannot query field "nme" on type "CompanyPage"/),
    expect.stringMatching(/^persisted-documents\.json: "old", line 1, column 13: Cannot query/),
    'Nothing was written.',
    '',
  ]);
  expect((await readdir(project.folder)).toSorted()).toEqual(Object.keys(files).toSorted());
  expect(await project.read()).toBe(before);
});

test('an id keeps its meaning: one of another document is refused', async () => {
  const project = await folderWith({
    [out]: '{"id": "query A { __typename }"}',
    'b.json': '{"id": "query B { __typename }"}',
  });

  const { code, stderr } = await project.run('b.json');

  expect(code).toBe(1);
  expect(stderr).toBe('"id" is the id of two different documents\nNothing was written.\n');
  expect(await project.entries()).toEqual({ id: 'query A { __typename }' });
});

test('--replace mends a file that the gateway would refuse', async () => {
  const project = await folderWith({
    [out]: '{"old": "{ nme }"',
    'a.graphql': 'query A { __typename }',
  });

  const { code } = await project.run('a.graphql', '--replace');

  expect(code).toBe(0);
  expect(Object.values(await project.entries())).toEqual(['query A {\n  __typename\n}']);
});

test.for<[string, string[], RegExp]>([
  ['a path that is missing', ['nowhere'], /no such file.*nowhere/],
  ['a folder for the file', ['a.graphql', '--out', 'folder'], /EISDIR/],
  ['no path', [], /missing required argument 'path'/],
])('%s is refused with one clear message', async ([, args, message]) => {
  const project = await folderWith({ 'a.graphql': 'query A { __typename }', 'folder/b.md': '' });

  const { code, stdout, stderr } = await project.run(...args);

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});

test.for(['a.graphql', 'a.json'])('a file %s of more than 16 MiB is refused', async (name) => {
  const { run } = await folderWith({ [name]: ' '.repeat(16 * 1024 * 1024 + 1) });

  const { code, stderr } = await run(name);

  expect(code).toBe(1);
  expect(stderr).toMatch(/^a\.\w+:? must be at most 16 MiB\n/);
});
