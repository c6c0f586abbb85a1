import { StoreUnavailableError, type Unavailability } from '../../unavailable.ts';

interface Failure {
  readonly codes: RegExp;
  readonly why: Unavailability;
  /** The message for the operator, after the path of the database. */
  readonly says: string;
}

/** The meaning of SQLite's result codes for the operator. The first match counts. */
const failures: readonly Failure[] = [
  {
    codes: /^SQLITE_(BUSY|LOCKED|PROTOCOL)/,
    why: 'busy',
    says: 'is locked: another process is writing to it, or has locked it for exclusive access',
  },
  { codes: /^SQLITE_FULL/, why: 'full', says: 'cannot grow: its disk is full' },
  {
    codes: /^SQLITE_READONLY_DBMOVED/,
    why: 'moved',
    says: 'was deleted, moved or replaced while it was in use: start the gateway again',
  },
  {
    codes: /^SQLITE_(READONLY|PERM)/,
    why: 'readOnly',
    says: 'cannot be written: check the permissions of the file and of its folder, and whether the disk is mounted read-only',
  },
  {
    codes: /^SQLITE_(CORRUPT|FORMAT)/,
    why: 'unusable',
    says: 'is damaged: stop the gateway and restore a backup',
  },
  {
    codes: /^SQLITE_NOTADB/,
    why: 'unusable',
    says: 'is not a SQLite database, or its header is damaged: restore a backup',
  },
  {
    codes: /^SQLITE_CANTOPEN/,
    why: 'unusable',
    says: 'cannot be opened: this user must have permission to read and write the file and its folder',
  },
  {
    codes: /^SQLITE_IOERR/,
    why: 'unusable',
    says: "could not be read or written: check the disk's space and quota, and the system log",
  },
];

/**
 * Converts an error of SQLite or the file system to a `StoreUnavailableError`. Returns any other error, such as a
 * constraint violation, unchanged.
 */
export function asUnavailable(file: string, error: unknown): unknown {
  if (error instanceof StoreUnavailableError) return error;
  const code = sqliteCode(error);
  const failure = code && failures.find(({ codes }) => codes.test(code));
  if (failure) {
    const { why, says } = failure;
    return new StoreUnavailableError(`${file} ${says} (${code})`, { why, cause: error });
  }
  if (error instanceof Error && 'syscall' in error) {
    return new StoreUnavailableError(`${file} cannot be used: ${error.message}`, { cause: error });
  }
  return error;
}

/** Reports whether SQLite found the file itself to be damaged. */
export function isDamage(error: unknown): boolean {
  return /^SQLITE_(CORRUPT|NOTADB|FORMAT)/.test(sqliteCode(error) ?? '');
}

/** Reports whether another connection holds a lock that was needed. */
export function isBusy(error: unknown): boolean {
  return sqliteCode(error)?.startsWith('SQLITE_BUSY') ?? false;
}

/** Returns SQLite's extended result code, even if a library wrapped it in its own error. */
export function sqliteCode(error: unknown): string | undefined {
  for (let it = error; it instanceof Error; it = it.cause) {
    if ('code' in it && typeof it.code === 'string' && it.code.startsWith('SQLITE_')) {
      return it.code;
    }
  }
  return undefined;
}
