import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readOrMakeKeyFile } from '../../src/vault/key-file.ts';
import { temporaryFolder } from '../support/folder.ts';
import { amount } from '../support/soak.ts';
import { keyOf, newKeyText } from '../support/vault.ts';

const newFile = async () => join(await temporaryFolder(), 'test.db.key');

/** Writes text to a file that only its owner can read. */
async function fileWith(text: string): Promise<string> {
  const file = await newFile();
  await writeFile(file, text, { mode: 0o600 });
  return file;
}

function refusalOf(file: string): string {
  const result = readOrMakeKeyFile(file);
  if (result.ok) throw new Error('it was accepted');
  return result.error;
}

/** Returns the id of the key in a file, and whether the call made it. */
function keyIn(file: string) {
  const result = readOrMakeKeyFile(file);
  if (!result.ok) throw new Error(result.error);
  return { id: result.value.key.id, isNew: result.value.isNew };
}

test('a new key is made once, and read from its file afterwards', async () => {
  const file = await newFile();

  const made = keyIn(file);

  expect(made.isNew).toBe(true);
  expect(keyIn(file)).toEqual({ id: made.id, isNew: false });
  expect(await readdir(join(file, '..'))).toEqual(['test.db.key']);
});

test('the file of a new key can be read by its owner only, whatever the umask is', async () => {
  const before = process.umask(0);
  onTestFinished(() => {
    process.umask(before);
  });
  const file = await newFile();

  keyIn(file);

  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('what is in the file can be taken over into ENCRYPTION_KEYS', async () => {
  const file = await newFile();

  const { id } = keyIn(file);

  expect(keyOf((await readFile(file, 'utf8')).trim()).id).toBe(id);
});

test.for([0o640, 0o604, 0o620, 0o601])(
  'a file of mode %o is refused, with the command that mends it',
  async (mode) => {
    const file = await fileWith(newKeyText());
    await chmod(file, mode);

    expect(refusalOf(file)).toContain(`\n  chmod 600 '${file}'\n`);
  },
);

test.for([0o600, 0o400])('a file of mode %o is accepted', async (mode) => {
  const text = newKeyText();
  const file = await fileWith(text);
  await chmod(file, mode);

  expect(keyIn(file).id).toBe(keyOf(text).id);
});

test.for([
  ['empty', '', 'is empty'],
  ['blank', ' \n\n', 'is empty'],
  ['cut', newKeyText().slice(0, 20), 'has 15 bytes instead of 32'],
  ['garbled', `${newKeyText().slice(0, 20)}\u0000\u0007`, 'is not base64'],
  ['of two keys', `${newKeyText()}\n${newKeyText()}\n`, 'is not base64'],
  ['another file', 'x'.repeat(5000), 'is too long'],
] as const)(
  'a file that is %s is refused, says what to do, and stays as it is',
  async ([, text, fault]) => {
    const file = await fileWith(text);

    const refusal = refusalOf(file);

    expect(refusal).toContain(`${file} must contain the encryption key`);
    expect(refusal).toContain(`but its content ${fault}.`);
    expect(refusal).toContain('Restore the original file');
    expect(await readFile(file, 'utf8')).toBe(text);
  },
);

test('what a garbled file holds is not shown', async () => {
  const key = newKeyText();
  const file = await fileWith(`${key}${key}`);

  expect(refusalOf(file)).not.toContain(key.slice(0, 8));
});

test('a folder in place of the file is refused', async () => {
  const file = await newFile();
  await mkdir(file);

  expect(refusalOf(file)).toContain('is not a regular file');
});

test('a link to nowhere in place of the file is refused', async () => {
  const file = await newFile();
  await symlink('/nowhere/at/all', file);

  expect(refusalOf(file)).toContain('is a link to a file that does not exist');
});

/** Starts a process that reads or makes the key files that it is sent. It ends with the test. */
async function startKeyMaker(): Promise<ChildProcess> {
  const maker = fork(new URL('../support/key-maker.ts', import.meta.url), {
    execArgv: ['--import', 'tsx'],
  });
  onTestFinished(() => {
    maker.kill('SIGKILL');
  });
  await once(maker, 'message');
  return maker;
}

test('processes that make the key of one database at the same moment have the same key', async () => {
  const folder = await temporaryFolder();
  const makers = await Promise.all([startKeyMaker(), startKeyMaker(), startKeyMaker()]);
  const outcomes: string[] = [];

  // Many rounds: the processes conflict only at some moments.
  const rounds = amount({ usual: 10, soak: 50 });
  for (let round = 0; round < rounds; round += 1) {
    const file = join(folder, `${round}.key`);
    const answers = makers.map((maker) => once(maker, 'message'));
    const at = Date.now() + 5;
    for (const maker of makers) maker.send({ file, at });
    const made = (await Promise.all(answers)).map(([it]) => it as { id: string; isNew: boolean });
    const ids = new Set(made.map(({ id }) => id));
    outcomes.push(`${ids.size} key, made by ${made.filter(({ isNew }) => isNew).length}`);
  }

  expect(new Set(outcomes)).toEqual(new Set(['1 key, made by 1']));
  expect(await readdir(folder)).toHaveLength(rounds);
});

test('a pipe in place of the file is refused, not waited for', async () => {
  const file = await newFile();
  execFileSync('mkfifo', ['-m', '600', file]);

  expect(refusalOf(file)).toContain('is not a regular file');
});
