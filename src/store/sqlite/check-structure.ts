import Database from 'better-sqlite3';
import type { Findings } from './findings.ts';
import { createSchema, journal, type SchemaVersion } from './migrate.ts';
import { postponedIn } from './postponed-indexes.ts';

const mostFaults = 100;

/** Checks the pages, the indexes, the constraints of columns and the search index's own structure. */
export function checkPages(db: Database.Database, findings: Findings): void {
  const answers = db.prepare<[], string>(`PRAGMA integrity_check(${mostFaults})`).pluck().iterate();
  for (const answer of answers) if (answer !== 'ok') findings.add('damage', answer);
}

/** Checks that what every foreign key refers to exists. */
export function checkReferences(db: Database.Database, findings: Findings): void {
  const orphans = db
    .prepare<[], { table: string; rowid: number; parent: string }>('PRAGMA foreign_key_check')
    .iterate();
  for (const { table, rowid, parent } of orphans) {
    findings.add(
      'reference',
      `row ${rowid} of ${table} refers to a row that ${parent} does not have`,
    );
  }
}

interface SchemaObject {
  readonly name: string;
  readonly type: string;
  readonly sql: string;
}

/**
 * Checks that the tables, indexes and triggers are those of the database's version: a rule that is missing is not
 * enforced.
 */
export function checkSchema(
  db: Database.Database,
  { applied }: SchemaVersion,
  findings: Findings,
): void {
  if (applied === 0) {
    findings.add('schema', 'the file is empty: it has no tables');
    return;
  }
  const model = new Database(':memory:');
  try {
    createSchema(model, applied);
    const expected = objectsOf(model);
    const actual = objectsOf(db);
    const postponed = postponedIn(db);
    for (const [name, { type, sql }] of expected) {
      const found = actual.get(name);
      if (found === undefined) {
        const why = postponed.has(name)
          ? 'is still to be made, which the next start does: an offline import was cut off'
          : 'is missing';
        findings.add('schema', `the ${type} ${name} ${why}`);
      } else if (found.sql !== sql)
        findings.add('schema', `the ${type} ${name} is not as it was made`);
    }
    for (const [name, { type }] of actual) {
      if (!expected.has(name)) findings.add('schema', `the ${type} ${name} is not ours`);
    }
  } finally {
    model.close();
  }
}

function objectsOf(db: Database.Database): Map<string, SchemaObject> {
  const objects = db
    .prepare<[string], SchemaObject>(
      `SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND name <> ?`,
    )
    .all(journal);
  return new Map(objects.map((object) => [object.name, object]));
}
