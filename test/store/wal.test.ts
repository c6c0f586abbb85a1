import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { startTestGateway } from '../support/gateway.ts';
import { openDatabase } from '../support/store-file.ts';

test('a write-ahead log that grew during a long read shrinks again', async () => {
  const file = join(await temporaryFolder(), 'a.db');
  const gateway = await startTestGateway({ file });
  const create = () =>
    gateway.query('mutation { createCompany(input: { name: "A" }) { __typename } }');
  const megabytes = () => statSync(`${file}-wal`).size / 1e6;
  await create();
  const reader = openDatabase(file);
  reader.exec('BEGIN; SELECT * FROM companies');
  const other = openDatabase(file);
  other.pragma('synchronous = OFF');
  other.exec('CREATE TABLE scratch (bytes BLOB); INSERT INTO scratch VALUES (zeroblob(50000000))');
  expect(megabytes()).toBeGreaterThan(50);

  reader.exec('COMMIT');
  for (let changes = 0; changes < 3; changes += 1) await create();

  expect(megabytes()).toBeLessThan(34);
});
