import { realpathSync } from 'node:fs';
import { StoreUnavailableError } from '../../unavailable.ts';
import { identityOf } from './files.ts';

/**
 * The files of an open database. SQLite goes on with the files that it has opened after their names are gone, without
 * an error: in WAL mode it never looks again. What is written then is lost with the process.
 */
export class FilesInUse {
  readonly #identities: ReadonlyMap<string, string>;

  /** Notes which files the paths name now. The database must have been read: before that, SQLite makes no `-wal`. */
  constructor(database: string) {
    // SQLite puts its files next to the database itself, also where it was opened through a symbolic link.
    const real = realpathSync(database);
    const paths = [database, `${real}-wal`, `${real}-shm`];
    this.#identities = new Map(
      paths.flatMap((path) => {
        const identity = identityOf(path);
        return identity === undefined ? [] : [[path, identity] as const];
      }),
    );
  }

  /** Throws `StoreUnavailableError` if one of the files was deleted, moved or replaced. */
  check(): void {
    for (const [path, identity] of this.#identities) {
      if (identityOf(path) === identity) continue;
      throw new StoreUnavailableError(
        `${path} was deleted, moved or replaced while it was in use: before you restart, read "A database that is gone" in docs/operations.md`,
        { why: 'moved' },
      );
    }
  }
}
