import type Database from 'better-sqlite3';
import type { Findings } from './findings.ts';
import type { SchemaVersion } from '../schema/migrate.ts';
import { postponedIn } from '../bulk-load/postponed-indexes.ts';
import {
  schemaObjectsOf,
  schemaObjectsOfVersion,
  type SchemaObject,
} from '../schema/schema-objects.ts';

const maxFaults = 100;

/** Checks the pages, the indexes, the constraints of columns and the search index's own structure. */
export function checkPages(db: Database.Database, findings: Findings): void {
  const answers = db.prepare<[], string>(`PRAGMA integrity_check(${maxFaults})`).pluck().iterate();
  for (const answer of answers) if (answer !== 'ok') findings.add('damage', answer);
}

/** Checks that the row that each foreign key refers to exists. */
export function checkReferences(db: Database.Database, findings: Findings): void {
  const orphans = db
    .prepare<[], { table: string; rowid: number; parent: string }>('PRAGMA foreign_key_check')
    .iterate();
  for (const { table, rowid, parent } of orphans) {
    findings.add(
      'reference',
      `row ${rowid} of ${table} refers to a row that does not exist in ${parent}`,
    );
  }
}

/** Checks that the tables, indexes and triggers are those of the database's version: a missing rule is not enforced. */
export function checkSchema(
  db: Database.Database,
  { applied }: SchemaVersion,
  findings: Findings,
): void {
  if (applied === 0) {
    findings.add('schema', 'the file is empty: it has no tables');
    return;
  }
  const expected = schemaObjectsOfVersion(applied);
  const actual = schemaObjectsOf(db);
  const postponed = postponedIn(db);
  for (const [name, { type, sql }] of expected) {
    const found = actual.get(name);
    if (found?.sql === sql) continue;
    findings.add('schema', `the ${type} ${name} ${faultOf(found, postponed.has(name))}`);
  }
  for (const [name, { type }] of actual) {
    if (!expected.has(name))
      findings.add('schema', `the ${type} ${name} is not part of the schema`);
  }
}

function faultOf(found: SchemaObject | undefined, isPostponed: boolean): string {
  if (found !== undefined) return 'differs from the schema';
  return isPostponed
    ? 'is missing because an offline import was interrupted: the next start of the gateway builds it'
    : 'is missing';
}
