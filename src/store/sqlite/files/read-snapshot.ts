import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { StoreUnavailableError } from '../../unavailable.ts';
import { asUnavailable } from './errors.ts';
import { schemaVersion, type SchemaVersion } from '../schema/migrate.ts';

/**
 * Opens a database, which may be in use, to read it as it is at the moment of the call, however long that takes and
 * whatever others write meanwhile. Throws `StoreUnavailableError`, also if it is not ours or of a newer version.
 */
export function openMoment(file: string): { db: Database.Database; version: SchemaVersion } {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) throw new StoreUnavailableError(`there is no database at ${file}`);
  if (!stat.isFile()) throw new StoreUnavailableError(`${file} is not a file`);
  let db: Database.Database | undefined;
  try {
    db = new Database(file, { readonly: true, fileMustExist: true });
    db.exec('BEGIN');
    // The first read starts the transaction.
    return { db, version: schemaVersion(db) };
  } catch (error) {
    db?.close();
    throw asUnavailable(file, error);
  }
}
