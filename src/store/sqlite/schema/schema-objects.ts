import Database from 'better-sqlite3';
import { createSchema, journal } from './migrate.ts';

/** A table, index or trigger, and the statement that made it. */
export interface SchemaObject {
  readonly name: string;
  readonly type: string;
  readonly sql: string;
}

/** Returns the tables, indexes and triggers of a database, by name. */
export function schemaObjectsOf(db: Database.Database): Map<string, SchemaObject> {
  const objects = db
    .prepare<[string], SchemaObject>(
      `SELECT name, type, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND name <> ?`,
    )
    .all(journal);
  return new Map(objects.map((object) => [object.name, object]));
}

/** Returns what a database of a version must have, as this program creates it: a file could come from anyone. */
export function schemaObjectsOfVersion(version: number): Map<string, SchemaObject> {
  const model = new Database(':memory:');
  try {
    createSchema(model, version);
    return schemaObjectsOf(model);
  } finally {
    model.close();
  }
}
