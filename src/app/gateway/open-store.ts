import { addIntegrations } from '../../catalogue/catalogue.ts';
import { ConfigError } from '../../config/config.ts';
import type { OwnPlatform } from '../../platforms/platform-file.ts';
import { openSqliteStore, type SqliteOptions } from '../../store/sqlite/open.ts';
import type { SqliteStore } from '../../store/sqlite/store.ts';
import { ownIntegrations } from './own-integrations.ts';

/** The options for opening the store of a gateway. */
export interface StoreOptions extends SqliteOptions {
  /** The platforms that the operator described; none by default. */
  readonly platforms?: readonly OwnPlatform[];
}

/**
 * Opens the store, migrates it and adds the integrations of the catalogue and of the operator's platforms. Reports slow
 * steps on standard error. Throws `StoreUnavailableError`, and `ConfigError` for a platform that does not fit.
 */
export async function openStore({
  platforms = [],
  ...options
}: StoreOptions): Promise<SqliteStore> {
  // First, so that a fault leaves no new database behind.
  const own = ownIntegrations(platforms);
  const store = openSqliteStore({ notify, ...options });
  try {
    const [conflict] = await addIntegrations(store, own);
    if (conflict) {
      throw new ConfigError(
        `PLATFORMS_FILE: the platform ${conflict.key} must keep the source type that the database has`,
      );
    }
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

function notify(message: string): void {
  process.stderr.write(`${message}\n`);
}
