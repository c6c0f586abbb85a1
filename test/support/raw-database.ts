import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { temporaryFolder } from './folder.ts';
import { companyRow, connectionRow, insert, integrationRow, type Row } from './raw-rows.ts';
import { openAndClose, openDatabase } from './store-file.ts';

/** A migrated database that tests write to directly, so that only the rules of the database itself apply. */
export interface RawDatabase {
  readonly db: Database.Database;
  readonly addCompany: (given?: Row) => ReturnType<typeof companyRow>;
  readonly addIntegration: (given?: Row) => ReturnType<typeof integrationRow>;
  /** Adds a connection. Creates its company and integration unless they are given. */
  readonly addConnection: (given?: Row) => ReturnType<typeof connectionRow>;
}

/** Makes a database that ends with the test. */
export async function createRawDatabase(): Promise<RawDatabase> {
  const file = join(await temporaryFolder(), 'test.db');
  await openAndClose(file);
  const db = openDatabase(file);
  const addCompany = (given?: Row) => insert(db, 'companies', companyRow(given));
  const addIntegration = (given?: Row) => insert(db, 'integrations', integrationRow(given));
  const addConnection = (given: Row = {}) => {
    const { company_id = addCompany().id, integration_id = addIntegration().id } = given;
    return insert(
      db,
      'connections',
      connectionRow(String(company_id), String(integration_id), given),
    );
  };
  return { db, addCompany, addIntegration, addConnection };
}
