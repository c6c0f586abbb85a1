import { eq, inArray, sql } from 'drizzle-orm';
import type { drizzle } from 'drizzle-orm/better-sqlite3';
import type { ConnectionId } from '../../domain/id.ts';
import type { Calls } from '../calls.ts';
import type { GrantedScopesReader, GrantedScopesWriter } from '../granted-scopes.ts';
import { Noun } from './noun.ts';
import { grantedScopes } from './schema/schema.ts';
import { onFirstUse } from './statements/first-use.ts';
import { jsonList } from './statements/sql.ts';

type Statements = ReturnType<typeof prepareGrantedScopes>;

/** Reads granted scopes. */
export class SqliteGrantedScopes extends Noun<Statements> implements GrantedScopesReader {
  byConnectionIds(ids: readonly ConnectionId[]) {
    const read = () => {
      const rows = this.statements.byConnectionIds.all({ ids: JSON.stringify(ids) });
      return new Map(rows.map(({ connectionId, scopes }) => [connectionId, scopes]));
    };
    return this.calls.run('grantedScopesByConnectionIds', read, ids.length);
  }
}

/** Changes granted scopes, within a transaction. */
export class SqliteGrantedScopesWriter extends SqliteGrantedScopes implements GrantedScopesWriter {
  readonly #write: ReturnType<typeof prepareGrantedScopesChanges>;

  constructor(
    statements: Statements,
    write: ReturnType<typeof prepareGrantedScopesChanges>,
    calls: Calls,
  ) {
    super(statements, calls);
    this.#write = write;
  }

  async set(id: ConnectionId, scopes: readonly string[] | undefined) {
    if (scopes === undefined) this.#write.forget.run({ id });
    else this.#write.set.run({ id, scopes: JSON.stringify(scopes) });
  }
}

/** Prepares the statements that read granted scopes. */
export function prepareGrantedScopes(db: ReturnType<typeof drizzle>) {
  return onFirstUse({
    byConnectionIds: () =>
      db
        .select()
        .from(grantedScopes)
        .where(inArray(grantedScopes.connectionId, jsonList('ids')))
        .prepare(),
  });
}

/** Prepares the statements that change granted scopes. */
export function prepareGrantedScopesChanges(db: ReturnType<typeof drizzle>) {
  const given = sql.placeholder;
  return onFirstUse({
    set: () =>
      db
        .insert(grantedScopes)
        .values({ connectionId: given('id'), scopes: sql`${given('scopes')}` })
        .onConflictDoUpdate({
          target: grantedScopes.connectionId,
          set: { scopes: sql`excluded.scopes` },
        })
        .prepare(),
    forget: () =>
      db
        .delete(grantedScopes)
        .where(eq(grantedScopes.connectionId, given('id')))
        .prepare(),
  });
}
