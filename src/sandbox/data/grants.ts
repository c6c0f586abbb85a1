import type Database from 'better-sqlite3';

/** A grant of an account to a client that has not been revoked. */
export interface LiveGrant {
  readonly id: string;
  readonly accountId: string;
  readonly clientId: string;
  /** In seconds since 1970. */
  readonly since: number;
}

/** Reads and ends grants. */
export interface Grants {
  /** Returns the grants that have a usable code or token, newest first. */
  live(): LiveGrant[];
  /** Ends a grant with all its codes and tokens; returns whether it existed. */
  end(id: string): boolean;
  /** Removes expired artifacts, and grants without any code or token. */
  sweep(): void;
}

/** Longer than the time from consent, which creates a grant, to its first code. */
const firstCodeSeconds = 600;

/** Creates the access to the grants in the sandbox's file. */
export function createGrants(db: Database.Database): Grants {
  const live = db.prepare<[], LiveGrant>(`
    SELECT id, payload ->> 'accountId' AS accountId, payload ->> 'clientId' AS clientId, payload ->> 'iat' AS since
    FROM artifacts AS g
    WHERE model = 'Grant' AND EXISTS (
      SELECT 1 FROM artifacts
      WHERE grant_id = g.id AND consumed_at IS NULL AND expires_at > unixepoch())
    ORDER BY since DESC, id`);
  const endGrant = db.prepare(`DELETE FROM artifacts WHERE model = 'Grant' AND id = ?`);
  const endTokens = db.prepare('DELETE FROM artifacts WHERE grant_id = ?');
  const end = db.transaction((id: string) => {
    endTokens.run(id);
    return endGrant.run(id).changes > 0;
  });
  const removeExpired = db.prepare('DELETE FROM artifacts WHERE expires_at <= unixepoch()');
  const removeSpent = db.prepare(`
    DELETE FROM artifacts AS g
    WHERE model = 'Grant' AND payload ->> 'iat' < unixepoch() - ${firstCodeSeconds}
      AND NOT EXISTS (SELECT 1 FROM artifacts WHERE grant_id = g.id)`);
  return {
    live: () => live.all(),
    end: (id) => end.immediate(id),
    sweep: () => {
      removeExpired.run();
      removeSpent.run();
    },
  };
}
