import { inArray, sql } from 'drizzle-orm';
import type { drizzle } from 'drizzle-orm/better-sqlite3';
import type { CompanyId } from '../../domain/id.ts';
import type { Ids, IdUse } from '../ids.ts';
import { onFirstUse } from './statements/first-use.ts';
import { jsonList } from './statements/sql.ts';
import { companies, connections, integrations } from './schema/schema.ts';

/** Finds records by id, within a transaction. */
export class SqliteIds implements Ids {
  readonly #statements: ReturnType<typeof prepare>;

  constructor(db: ReturnType<typeof drizzle>) {
    this.#statements = prepare(db);
  }

  async uses(ids: readonly string[]): Promise<Map<string, IdUse>> {
    const rows = this.#statements.uses.all({ ids: JSON.stringify(ids) });
    return new Map(
      rows.map(({ id, kind, companyId, deleted }) => [
        id,
        { kind, companyId, deleted: deleted === 1 },
      ]),
    );
  }
}

function prepare(db: ReturnType<typeof drizzle>) {
  return onFirstUse({
    uses: () =>
      db
        .select({
          id: sql<string>`id`,
          kind: sql<IdUse['kind']>`kind`,
          companyId: sql<CompanyId | null>`company_id`,
          deleted: sql<number>`deleted`,
        })
        .from(
          db
            .select({
              id: sql<string>`${companies.id}`.as('id'),
              kind: sql<string>`'company'`.as('kind'),
              companyId: sql<string | null>`null`.as('company_id'),
              deleted: sql<number>`${companies.deletedAt} is not null`.as('deleted'),
            })
            .from(companies)
            .where(inArray(companies.id, jsonList('ids')))
            .unionAll(
              db
                .select({
                  id: sql<string>`${connections.id}`.as('id'),
                  kind: sql<string>`'connection'`.as('kind'),
                  companyId: sql<string | null>`${connections.companyId}`.as('company_id'),
                  deleted: sql<number>`${connections.deletedAt} is not null`.as('deleted'),
                })
                .from(connections)
                .where(inArray(connections.id, jsonList('ids'))),
            )
            .unionAll(
              db
                .select({
                  id: sql<string>`${integrations.id}`.as('id'),
                  kind: sql<string>`'integration'`.as('kind'),
                  companyId: sql<string | null>`null`.as('company_id'),
                  deleted: sql<number>`0`.as('deleted'),
                })
                .from(integrations)
                .where(inArray(integrations.id, jsonList('ids'))),
            )
            .as('uses'),
        )
        .prepare(),
  });
}
