import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readOrMakeKeyFile } from '../src/vault/key-file.ts';
import { temporaryFolder } from './support/folder.ts';
import { sendJson } from './support/http.ts';
import { startWithDocuments } from './support/persisted.ts';
import { runCommand } from './support/process.ts';
import { companyRecord } from './support/records.ts';
import { runHere } from './support/run-here.ts';
import { keyOf, newKeyText } from './support/vault.ts';

// Some editors write a byte order mark at the start of a file. Every file that operators write is read with one.

const mark = '\uFEFF';
const src = fileURLToPath(new URL('../src', import.meta.url));

const ours = 'a file of the program, which its own tests read';

/** The modules that read a file, and the test below that shows that it may start with a mark. */
const readers: Record<string, string> = {
  'api/graphql/persisted/text-file.ts': 'persisted documents',
  'app/samples/samples.ts': ours,
  'catalogue/catalogue.ts': ours,
  'cli/import.ts': 'an import',
  'config/config.ts': 'the file .env',
  'import/spool.ts': 'a strict import of standard input',
  'linking/pages/routes.ts': ours,
  'sandbox/pages-app.ts': ours,
  'vault/key-file.ts': 'a key file',
};

test('each module that reads a file is listed above, with what shows that the file may start with a mark', async () => {
  const found: string[] = [];
  for (const file of await readdir(src, { recursive: true })) {
    const text = file.endsWith('.ts') ? await readFile(join(src, file), 'utf8') : '';
    if (/\b(?:readFile(?:Sync)?|createReadStream|loadEnvFile|readSync)\(/.test(text))
      found.push(file);
  }

  expect(found.toSorted()).toEqual(Object.keys(readers));
});

test('the file .env: its first line counts', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, '.env'), `${mark}NODE_ENV=production\nPORT=0\n`);

  const { code, stderr } = await runCommand([], { cwd: folder }).finished;

  expect(code).toBe(1);
  expect(stderr).toContain('ENCRYPTION_KEYS must be set in production');
});

test('an environment whose first name starts with a mark is refused', async () => {
  const { code, stderr } = await runHere([], { env: { [`${mark}NODE_ENV`]: 'production' } });

  expect(code).toBe(1);
  expect(stderr).toContain('starts with a byte order mark');
});

test('persisted documents, as JSON and as GraphQL', async () => {
  const gateway = await startWithDocuments(`${mark}{"one":"{ __typename }"}`);
  const answer = await sendJson(gateway.url, { documentId: 'one' });
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'queries'));
  await writeFile(join(folder, 'queries', 'a.graphql'), `${mark}query A { __typename }`);
  await writeFile(join(folder, 'more.json'), `${mark}{"b":"query B { __typename }"}`);
  const out = join(folder, 'out.json');
  const paths = [join(folder, 'queries'), join(folder, 'more.json')];

  const { code, stderr } = await runHere(['persist', ...paths, '--out', out]);

  expect(answer.json()).toEqual({ data: { __typename: 'Query' } });
  expect([code, stderr]).toEqual([0, '']);
  expect(await readFile(out, 'utf8')).not.toContain(mark);
});

test('a key file', async () => {
  const file = join(await temporaryFolder(), 'test.db.key');
  const key = newKeyText();
  await writeFile(file, `${mark}${key}\n`, { mode: 0o600 });

  expect(readOrMakeKeyFile(file)).toMatchObject({
    ok: true,
    value: { key: { id: keyOf(key).id } },
  });
});

test.for([
  ['an import', ['import', '{file}']],
  ['a strict import of standard input', ['import', '--strict', '-']],
] as const)('%s', async ([, args]) => {
  const folder = await temporaryFolder();
  const file = join(folder, 'companies.json');
  const input = `${mark}${JSON.stringify([companyRecord()])}`;
  await writeFile(file, input);

  const { code, stdout } = await runHere(
    args.map((arg) => arg.replace('{file}', file)),
    { env: { DATABASE_URL: `file:${join(folder, 'test.db')}` }, input },
  );

  expect(code).toBe(0);
  expect(stdout).toContain('1 companies: 1 created');
});
