import { copyFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { postQuery } from '../support/gateway.ts';
import { shared } from '../support/lifetime.ts';
import { placeNewDatabase } from '../support/new-database.ts';
import { runCommand } from '../support/process.ts';
import { untilServed } from '../support/retry.ts';
import { inStore } from '../support/rows.ts';
import { runHere, serveHere } from '../support/run-here.ts';
import { addSealed, countSealed, openAll } from '../support/sealed.ts';
import { amount } from '../support/soak.ts';
import { openDatabase } from '../support/store-file.ts';
import { countRows, faultsOf } from '../support/stored.ts';
import { until } from '../support/until.ts';
import { keyOf, newKeyText, newVault } from '../support/vault.ts';

/** Makes a database whose credentials are encrypted with an old key. */
async function sealedDatabase(number: number) {
  const file = join(await temporaryFolder(), 'test.db');
  const oldKey = newKeyText();
  await placeNewDatabase(file);
  if (number > 0) await inStore(file, (store) => addSealed(store, newVault(oldKey), number));
  return withRotation(file, oldKey);
}

/** Makes the keys and the rotation command of a database. */
function withRotation(file: string, oldKey: string) {
  const newKey = newKeyText();
  const optionsFor = (keys: readonly string[]) => ({
    env: { DATABASE_URL: `file:${file}`, ENCRYPTION_KEYS: keys.join(',') },
  });
  return {
    file,
    oldKey,
    newKey,
    newKeyId: keyOf(newKey).id,
    rotate: (...keys: readonly string[]) => runHere(['rotate-keys'], optionsFor(keys)),
    /** Starts the command in its own process. */
    startRotation: (...keys: readonly string[]) => runCommand(['rotate-keys'], optionsFor(keys)),
  };
}

// A process rotates about 1,000 in a second, in batches of 100.
const number = amount({ usual: 600, soak: 4000 });
const large = shared(() => sealedDatabase(number));

/** Makes a database that is large enough for other events during its rotation. */
async function largeDatabase() {
  const file = join(await temporaryFolder(), 'test.db');
  await copyFile(large().file, file);
  return withRotation(file, large().oldKey);
}

test('rotate-keys encrypts everything with the first key, and says so', async () => {
  const { file, oldKey, newKey, newKeyId, startRotation } = await sealedDatabase(120);

  const done = await startRotation(newKey, oldKey).finished;

  expect(done).toMatchObject({
    code: 0,
    stderr: '',
    stdout: `120 encrypted again with the key ${newKeyId}; 0 still encrypted with other keys\n`,
  });
  expect(await openAll(file, newVault(newKey))).toHaveLength(120);
});

test('rotate-keys has nothing to do the second time, nor in a database without secrets', async () => {
  const { oldKey, newKey, newKeyId, rotate } = await sealedDatabase(5);
  const nothing = {
    code: 0,
    stderr: '',
    stdout: `Nothing to do: everything is encrypted with the first key, ${newKeyId}.\n`,
  };
  await rotate(newKey, oldKey);

  expect(await rotate(newKey)).toMatchObject(nothing);
  const empty = await sealedDatabase(0);
  expect(await empty.rotate(newKey)).toMatchObject(nothing);
});

test('SIGTERM and SIGINT stop rotate-keys, and the next one goes on', async () => {
  const { file, oldKey, newKey, newKeyId, rotate, startRotation } = await largeDatabase();
  let before = 0;

  for (const [signal, exitCode] of [
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const) {
    const stopped = startRotation(newKey, oldKey);
    const soFar = before;
    await until('it has begun', () => countSealed(file, newKeyId) > soFar);
    stopped.child.kill(signal);
    const { code, stdout, stderr } = await stopped.finished;

    const after = countSealed(file, newKeyId);
    expect({ code, stderr }).toEqual({ code: exitCode, stderr: '' });
    expect(stdout).toBe(
      `${after - before} encrypted again with the key ${newKeyId}; ${number - after} still encrypted with other keys\n` +
        'Stopped early: run the command again to continue.\n',
    );
    expect(after).toBeLessThan(number);
    before = after;
  }

  const completed = await rotate(newKey, oldKey);
  expect(completed.code).toBe(0);
  expect(completed.stdout).toMatch(new RegExp(`^${number - before} encrypted again`));
  expect(await openAll(file, newVault(newKey))).toHaveLength(number);
});

test('what rotate-keys was killed in the middle of is opened by one key or the other', async () => {
  const { file, oldKey, newKey, newKeyId, rotate, startRotation } = await largeDatabase();
  const killed = startRotation(newKey, oldKey);
  await until('it has begun', () => countSealed(file, newKeyId) > 0);

  killed.child.kill('SIGKILL');
  await killed.finished;

  expect(await openAll(file, newVault(newKey, oldKey))).toHaveLength(number);
  expect((await rotate(newKey, oldKey)).code).toBe(0);
});

test('a gateway answers and changes what it is asked to while keys are rotated', async () => {
  const { file, oldKey, newKey, startRotation } = await largeDatabase();
  const { url } = await serveHere(file, { ENCRYPTION_KEYS: `${newKey},${oldKey}` });
  const rotating = startRotation(newKey, oldKey);

  let created = 0;
  while (rotating.child.exitCode === null) {
    const { data, errors } = await untilServed(() =>
      postQuery(url, 'mutation { createCompany(input: { name: "A" }) { __typename } }'),
    );
    expect({ data, errors }).toEqual({
      data: { createCompany: { __typename: 'CreateCompanyPayload' } },
      errors: [],
    });
    created += 1;
  }

  expect((await rotating.finished).code).toBe(0);
  expect(countRows(file, 'companies')).toBe(number + created);
  expect(await openAll(file, newVault(newKey))).toHaveLength(number);
  expect(faultsOf(file)).toEqual([]);
});

test('two rotations at once both complete', async () => {
  const { file, oldKey, newKey, startRotation } = await largeDatabase();

  const both = await Promise.all([1, 2].map(() => startRotation(newKey, oldKey).finished));

  expect(both.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
    [1, 2].map(() => ({ code: 0, stderr: '' })),
  );
  const resealed = both.map(({ stdout }) => Number(/^\d+/.exec(stdout)?.[0] ?? 0));
  expect(resealed.reduce((sum, count) => sum + count)).toBe(number);
  expect(await openAll(file, newVault(newKey))).toHaveLength(number);
});

test('what cannot be opened is counted by its key, and does not stop the rest', async () => {
  const { file, oldKey, newKey, newKeyId, rotate } = await sealedDatabase(150);
  const lost = newVault();
  await inStore(file, (store) => addSealed(store, lost, 120));

  const { code, stdout, stderr } = await rotate(newKey, oldKey);

  expect(code).toBe(1);
  expect(stdout).toBe(
    `150 encrypted again with the key ${newKeyId}; 120 still encrypted with other keys\n`,
  );
  expect(stderr).toBe(
    `120 cannot be decrypted: the key ${lost.keyId} is missing. Add it to ENCRYPTION_KEYS after the first key, and run the command again.\n`,
  );
});

test('what was altered is named, and does not stop the rest', async () => {
  const { file, oldKey, newKey, rotate } = await sealedDatabase(10);
  const db = openDatabase(file);
  const victim = db.prepare<[], string>('SELECT min(connection_id) FROM credentials').pluck().get();
  db.prepare(`UPDATE credentials SET jwe = jwe || 'x' WHERE connection_id = ?`).run(victim);

  const { code, stdout, stderr } = await rotate(newKey, oldKey);

  expect(code).toBe(1);
  expect(stdout).toMatch(/^9 encrypted again.* 1 still encrypted with other keys/);
  expect(stderr.split('\n')).toEqual([
    `credentials ${victim} of connection ${victim} cannot be decrypted`,
    '1 cannot be decrypted, although their key is available: they were modified. Link their connections again.',
    '',
  ]);
});

test('rotate-keys needs ENCRYPTION_KEYS', async () => {
  const { file, rotate } = await sealedDatabase(0);

  const { code, stdout, stderr } = await rotate();

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(
    /^ENCRYPTION_KEYS must contain the new key first.*docs\/encryption\.md\n$/,
  );
  expect(await readdir(join(file, '..'))).toEqual(['test.db']);
});

test('rotate-keys makes no database where there is none', async () => {
  const folder = await temporaryFolder();
  const env = { DATABASE_URL: `file:${join(folder, 'typo.db')}`, ENCRYPTION_KEYS: newKeyText() };

  const { code, stderr } = await runHere(['rotate-keys'], { env });

  expect(code).toBe(1);
  expect(stderr).toBe(`there is no database at ${join(folder, 'typo.db')}\n`);
  expect(await readdir(folder)).toEqual([]);
});
