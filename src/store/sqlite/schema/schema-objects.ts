import Database from 'better-sqlite3';
import { createSchema, journal } from './migrate.ts';

/** A table, index or trigger, and the statement that made it. */
export interface SchemaObject {
  readonly name: string;
  readonly type: string;
  readonly sql: string;
}

/** The tables, indexes and triggers that a database has, by name. */
export function schemaObjectsOf(db: Database.Database): Map<string, SchemaObject> {
  const objects = db
    .prepare<[string], SchemaObject>(
      `SELECT name, type, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND name <> ?`,
    )
    .all(journal);
  return new Map(objects.map((object) => [object.name, object]));
}

/** Those that a database of a version must have: as this program makes them, not as a file says, which may be anybody's. */
export function schemaObjectsOfVersion(version: number): Map<string, SchemaObject> {
  const model = new Database(':memory:');
  try {
    createSchema(model, version);
    return schemaObjectsOf(model);
  } finally {
    model.close();
  }
}
