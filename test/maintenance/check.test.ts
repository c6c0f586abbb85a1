import { createHash, randomUUID } from 'node:crypto';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import journal from '../../src/store/sqlite/schema/migrations/meta/_journal.json' with { type: 'json' };
import { createSchema } from '../../src/store/sqlite/schema/migrate.ts';
import { makeDatabase, manyCompanies, plant, run, runHereOn } from '../support/database.ts';
import { temporaryFolder } from '../support/folder.ts';
import { postQuery, startTestGateway } from '../support/gateway.ts';
import { shared } from '../support/lifetime.ts';
import { companyRecord, connectionRecord } from '../support/records.ts';
import { inDatabase } from '../support/rows.ts';
import { runHere } from '../support/run-here.ts';

const company = companyRecord({
  name: 'Café ÆØÅ 株式会社 & Sons',
  tags: { region: 'north' },
  dataConnections: [
    connectionRecord({ status: 'Linked' }),
    connectionRecord({ status: 'Unlinked', sourceType: 'Banking' }),
  ],
});
const [linked = connectionRecord(), unlinked = connectionRecord()] = company.dataConnections;
const gone = companyRecord({ name: 'Gone', dataConnections: [connectionRecord()] });
const short = companyRecord({ name: 'ab' });
const connectionOfGone = gone.dataConnections[0]?.id ?? '';

/** Makes a database that contains every kind of change. Returns its content. */
async function makeHistory(): Promise<Buffer> {
  const folder = await temporaryFolder();
  const file = join(folder, 'a.db');
  await makeDatabase(file, [company, gone, short]);
  const { url } = await startTestGateway({ file });
  for (const mutation of [
    `deleteCompany(input: {companyId: "${gone.id}"}) { __typename }`,
    `updateCompany(input: {companyId: "${company.id}", name: "${company.name} II"}) { __typename }`,
    `unlinkConnection(input: {companyId: "${company.id}", connectionId: "${linked.id}"}) { __typename }`,
    `createConnection(input: {companyId: "${company.id}", integrationKey: "gbol"}) { __typename }`,
  ]) {
    const { errors } = await postQuery(url, `mutation { ${mutation} }`);
    expect(errors).toEqual([]);
  }
  const done = inDatabase(file, (db) => db.pragma('wal_checkpoint(TRUNCATE)'));
  expect(done).toEqual([{ busy: 0, log: 0, checkpointed: 0 }]);
  return readFile(file);
}

/** The content of that database. */
const history = shared(makeHistory);

async function databaseWith(sql = ''): Promise<string> {
  const file = join(await temporaryFolder(), 'a.db');
  await writeFile(file, history());
  if (sql !== '') plant(file, sql);
  return file;
}

test('check finds nothing wrong with a sound database, and does not change it', async () => {
  const file = await databaseWith();

  const { code, stdout, stderr } = await run(file, 'check');

  expect(stdout).toBe(
    `${file} is sound: 3 companies, 4 connections, 11 events, schema version ${journal.entries.length} (current)\n`,
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect((await readFile(file)).equals(history())).toBe(true);
});

test('check can be told of another file than the database, and runs beside a gateway', async () => {
  const file = await databaseWith();
  const other = await databaseWith(`UPDATE connections SET status = 'Deauthorized'`);
  await startTestGateway({ file });

  expect(await run(file, 'check')).toMatchObject({ code: 0 });
  expect(await runHereOn(file, 'check', other)).toMatchObject({ code: 1 });
});

const ofLinked = `WHERE connection_id = '${linked.id}'`;
const lastOf = (id: string) => `(SELECT max(sequence) FROM events WHERE connection_id = '${id}')`;
const event = (type: string, connectionId: string, from: string, to: string) =>
  `INSERT INTO events (id, type, company_id, connection_id, from_status, to_status, actor, at)
   VALUES ('${randomUUID()}', '${type}', '${company.id}', ${connectionId}, ${from}, ${to}, 'a test', 1)`;

test.for<[what: string, sql: string, findings: string[]]>([
  [
    'a status that the history does not lead to',
    `UPDATE connections SET status = 'Deauthorized' WHERE id = '${linked.id}'`,
    [`status: connection ${linked.id} is Deauthorized, but its history says Unlinked`],
  ],
  [
    'a deleted connection whose history does not say so',
    `UPDATE connections SET deleted_at = 1 WHERE id = '${linked.id}'`,
    [`status: connection ${linked.id} is deleted, but its history ends in connection.disconnected`],
  ],
  [
    'credentials of an Unlinked connection',
    `INSERT INTO credentials (connection_id, version, key_id, jwe, failures) VALUES ('${linked.id}', 1, 'k', 's', 0)`,
    [`credentials: connection ${linked.id} is Unlinked, but has credentials`],
  ],
  [
    'kept credentials of a deleted connection',
    `INSERT INTO credentials (connection_id, version, key_id, jwe, failures, kept_until) VALUES ('${connectionOfGone}', 1, 'k', 's', 0, 9)`,
    [`credentials: connection ${connectionOfGone} is deleted, but has credentials`],
  ],
  [
    'a connection that came back from deletion',
    `UPDATE connections SET deleted_at = NULL WHERE id = '${connectionOfGone}'`,
    [
      `company: connection ${connectionOfGone} is not deleted, but its company ${gone.id} is deleted`,
      `status: connection ${connectionOfGone} is not deleted, but its history ends in connection.deleted`,
    ],
  ],
  [
    'an event that starts where the one before did not end',
    `UPDATE events SET from_status = 'PendingAuth' WHERE sequence = ${lastOf(linked.id)}`,
    [`starts from PendingAuth, not from Linked`],
  ],
  [
    'a connection without history',
    `DELETE FROM events ${ofLinked}`,
    [`history: connection ${linked.id} has no history`],
  ],
  [
    'a history without its beginning',
    `DELETE FROM events ${ofLinked} AND type = 'connection.created'`,
    ['is the first event, which must be connection.created', 'starts from Linked, not from null'],
  ],
  [
    'an event after the deletion',
    event('connection.updated', `'${connectionOfGone}'`, `'Linked'`, `'Linked'`).replace(
      company.id,
      gone.id,
    ),
    ['comes after the connection was deleted', 'but its history ends in connection.updated'],
  ],
  [
    'an event of another company',
    `UPDATE events SET company_id = '${short.id}' WHERE sequence = ${lastOf(unlinked.id)}`,
    [`belongs to another company, ${short.id}`],
  ],
  [
    'a company that was never created',
    `DELETE FROM events WHERE company_id = '${short.id}'`,
    [`company: company ${short.id} has no event of type company.created`],
  ],
  [
    'a company that was created twice',
    event('company.created', 'NULL', 'NULL', 'NULL'),
    [`company: company ${company.id} has 2 events of type company.created`],
  ],
  [
    'a deleted company whose history does not say so',
    `UPDATE companies SET deleted_at = 1 WHERE id = '${short.id}';
     DELETE FROM companies_search WHERE rowid = (SELECT serial FROM companies WHERE id = '${short.id}')`,
    [`company: company ${short.id} is deleted, but has no event of type company.deleted`],
  ],
  [
    'a reference to nothing',
    `UPDATE company_tags SET company_id = '${randomUUID()}'`,
    ['reference: row 1 of company_tags refers to a row that does not exist in companies'],
  ],
  [
    'a company that search does not find',
    `DELETE FROM companies_search WHERE rowid = (SELECT serial FROM companies WHERE id = '${short.id}')`,
    [`search: company ${short.id} is not in the search index`],
  ],
  [
    'a company that search finds though it is gone',
    `INSERT INTO companies_search (rowid, name_folded) VALUES (999, 'ghost')`,
    ['search: the search index has row 999, which is not a live company'],
  ],
  [
    'a company that search finds by another name',
    `UPDATE companies SET name = 'Café ÆØÅ 株式会社 & Sons IJ', name_folded = 'cafe æøa 株式会社 & sons ij'
     WHERE id = '${company.id}'`,
    [`search: company ${company.id} is in the search index under another name`],
  ],
  [
    'a company whose folded name is not its own',
    `UPDATE companies SET name = 'xy' WHERE id = '${short.id}'`,
    [`search: company ${short.id} is listed and searched under a name other than its own`],
  ],
])('check finds %s', async ([, sql, findings]) => {
  const { code, stdout, stderr } = await runHereOn(await databaseWith(sql), 'check');

  expect(code).toBe(1);
  for (const finding of findings) expect(stdout).toContain(finding);
  // Changed statuses also make the totals wrong: see below.
  const lines = stdout.split('\n').filter((line) => !line.startsWith('total: '));
  expect(lines).toHaveLength(findings.length + 1);
  expect(stderr).toMatch(/has \d findings?\n$/);
});

test.for<[what: string, sql: string, findings: string[]]>([
  [
    'a company that is listed under another status',
    `UPDATE companies SET statuses = 8 WHERE id = '${short.id}';
     UPDATE company_totals SET count = count + iif(statuses = 8, 1, -1) WHERE statuses IN (0, 8)`,
    [
      `total: company ${short.id} is listed under statuses that differ from those of its connections`,
    ],
  ],
  [
    'a total of companies that is another',
    `UPDATE company_totals SET count = 7 WHERE statuses = 0`,
    ['total: 1 companies have the set of statuses 0, but the stored total is 7'],
  ],
  [
    'totals that are missing',
    `DELETE FROM company_totals WHERE statuses = 0; DELETE FROM connection_totals WHERE status = 'PendingAuth'`,
    [
      'total: 1 companies have the set of statuses 0, but the stored total is missing',
      'are PendingAuth, but the stored total is missing',
    ],
  ],
  [
    'a total of connections that is another',
    `UPDATE connection_totals SET count = 7 WHERE status = 'PendingAuth'`,
    [
      'total: 1 Accounting connections to integration',
      'are PendingAuth, but the stored total is 7',
    ],
  ],
  [
    'a total of stored responses that is another',
    `INSERT INTO idempotent_answers (actor, key, request, answer, at) VALUES ('a caller', 'key', zeroblob(32), '{}', 1);
     INSERT INTO idempotent_answer_totals (actor, bytes) VALUES ('a caller', 7), ('another', 5)`,
    [
      'total: the stored responses of a caller take 205 bytes, but their total is 7',
      'total: the stored responses of another take 0 bytes, but their total is 5',
    ],
  ],
  [
    'a connection that is not counted',
    `UPDATE connections SET status = 'Linked' WHERE id = '${unlinked.id}'`,
    [
      `status: connection ${unlinked.id} is Linked, but its history says Unlinked`,
      `total: company ${company.id} is listed under statuses that differ from those of its connections`,
      'Banking connections to integration',
      'are Linked, but the stored total is missing',
    ],
  ],
])('check finds %s', async ([, sql, findings]) => {
  const { code, stdout } = await runHereOn(await databaseWith(sql), 'check');

  expect(code).toBe(1);
  for (const finding of findings) expect(stdout).toContain(finding);
});

test('check finds a rule that the database lost', async () => {
  const file = await databaseWith();
  const db = new Database(file);
  db.exec('DROP TRIGGER events_never_go; DROP INDEX connections_one_active; CREATE TABLE mine (a)');
  db.close();

  const { code, stdout } = await runHereOn(file, 'check');

  expect(code).toBe(1);
  expect(stdout.trim().split('\n').toSorted()).toEqual([
    'schema: the index connections_one_active is missing',
    'schema: the table mine is not part of the schema',
    'schema: the trigger events_never_go is missing',
  ]);
});

test('check shows twenty findings of a kind and counts the rest', async () => {
  const file = join(await temporaryFolder(), 'a.db');
  await makeDatabase(file, manyCompanies(30));
  plant(file, `UPDATE connections SET status = 'Unlinked'; DELETE FROM companies_search`);

  const { stdout, stderr } = await runHereOn(file, 'check');

  const lines = stdout.trim().split('\n');
  expect(lines.filter((line) => line.startsWith('status: connection '))).toHaveLength(20);
  expect(lines).toContain('status: and 10 more');
  expect(lines).toContain('search: and 10 more');
  // Each company is listed under a wrong status, and both totals of connections are wrong.
  expect(stderr).toContain('has 92 findings');
});

test.for([
  ['in the middle', (file: Buffer) => file.fill(0xa5, 4 * 4096, 12 * 4096), /^damage: /],
  ['at its end', (file: Buffer) => file.subarray(0, file.length / 2), /damaged/],
  ['at its beginning', (file: Buffer) => file.fill(0xa5, 0, 100), /is not a SQLite database/],
] as const)('check finds a file that is damaged %s', async ([, damage, message]) => {
  const file = await databaseWith();
  await writeFile(file, damage(Buffer.from(history())));

  const { code, stdout, stderr } = await runHereOn(file, 'check');

  expect(code).toBe(1);
  expect(stdout + stderr).toMatch(message);
  expect(stderr).not.toContain('    at ');
});

test('check tells an older version from a newer one', async () => {
  const file = join(await temporaryFolder(), 'a.db');
  const older = journal.entries.slice(0, -1);
  const db = new Database(file);
  createSchema(db, older.length);
  db.exec(
    'CREATE TABLE __drizzle_migrations (id INTEGER PRIMARY KEY, hash text, created_at numeric)',
  );
  const record = db.prepare('INSERT INTO __drizzle_migrations (hash, created_at) VALUES (?, ?)');
  for (const { tag, when } of older)
    record.run(createHash('sha256').update(tag).digest('hex'), when);

  const ofOlder = await runHereOn(file, 'check');
  record.run('', 9_999_999_999_999);
  const ofNewer = await runHereOn(file, 'check');
  db.close();

  expect(ofOlder).toMatchObject({ code: 0, stderr: '' });
  expect(ofOlder.stdout).toContain(`schema version ${older.length} (outdated: `);
  expect(ofNewer).toMatchObject({ code: 1, stdout: '' });
  expect(ofNewer.stderr).toContain('was written by a newer version of Connexions');
});

test.for([
  ['nothing', 'there is no database at'],
  ['a folder', 'is not a file'],
  ['an empty file', 'schema: the file is empty'],
  ['a text', 'is not a SQLite database'],
  ["another program's database", 'is not a Connexions database'],
] as const)('check of %s says so', async ([what, message]) => {
  const folder = await temporaryFolder();
  const file = what === 'a folder' ? folder : join(folder, 'a.db');
  if (what === 'an empty file') await writeFile(file, '');
  if (what === 'a text') await copyFile('package.json', file);
  if (what === "another program's database") {
    const db = new Database(file);
    db.exec('CREATE TABLE theirs (a)');
    db.close();
  }

  const { code, stdout, stderr } = await runHere(['check', file]);

  expect(code).toBe(1);
  expect(stdout + stderr).toContain(message);
  expect(stderr).not.toContain('    at ');
});
