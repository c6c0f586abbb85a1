import { copyFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { copyDatabase } from '../../src/store/sqlite/maintenance/copy.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import { makeDatabase, plant } from '../support/database.ts';
import { temporaryFolder } from '../support/folder.ts';

test('a database that is replaced while it is being opened is not used', async () => {
  const folder = await temporaryFolder();
  const [file, other] = [join(folder, 'a.db'), join(folder, 'b.db')];
  await makeDatabase(file);
  copyFileSync(file, other);
  let replaced = false;
  const onStatement = () => {
    if (!replaced) renameSync(other, file);
    replaced = true;
  };

  expect(() => openSqliteStore({ file, onStatement })).toThrow(
    `${file} was replaced while it was being opened: try again`,
  );

  await openSqliteStore({ file }).close();
});

test('a copy ends however much is written meanwhile, and has none of it', async () => {
  const folder = await temporaryFolder();
  const [file, copy] = [join(folder, 'a.db'), join(folder, 'b.db')];
  await makeDatabase(file);
  plant(file, 'CREATE TABLE ballast (a); INSERT INTO ballast VALUES (zeroblob(20000000))');
  const writer = new Database(file);
  const insert = writer.prepare('INSERT INTO ballast VALUES (1)');
  let writing = true;
  const write = () => {
    if (!writing) return;
    insert.run();
    setImmediate(write);
  };
  onTestFinished(() => {
    writing = false;
    writer.close();
  });

  const copying = copyDatabase(file, copy);
  write();
  await copying;

  const db = new Database(copy, { readonly: true });
  expect(db.prepare('SELECT count(*) FROM ballast').pluck().get()).toBe(1);
  db.close();
});
