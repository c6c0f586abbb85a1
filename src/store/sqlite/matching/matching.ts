import type Database from 'better-sqlite3';
import { and, eq, isNull, sql, type SQL } from 'drizzle-orm';
import { drizzle, type BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { AnySQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { Company } from '../../../domain/company.ts';
import type { Connection } from '../../../domain/connection.ts';
import type { CompanyId } from '../../../domain/id.ts';
import type { Integration } from '../../../domain/integration.ts';
import type {
  CompanyCondition,
  ConnectionCondition,
  IntegrationCondition,
} from '../../../query/condition.ts';
import type {
  CompanyProperty,
  ConnectionProperty,
  IntegrationProperty,
} from '../../../query/properties.ts';
import type { Matches, Slice } from '../../lists.ts';
import type { Order } from '../../lists.ts';
import { companyConditionSql, companySortKeys } from './company-conditions.ts';
import { companyFields } from '../lists/company-list.ts';
import { conditionSql, testSql } from './condition-sql.ts';
import { connectionConditionSql, connectionSortKeys } from './connection-conditions.ts';
import { connectionFields } from '../lists/connection-list.ts';
import { addFoldFunction } from '../schema/fold-function.ts';
import { companies, connections, integrations } from '../schema/schema.ts';
import { beforeDeadline } from '../statements/deadline.ts';

/** The columns of an integration, with their names in the domain. */
export const integrationFields = {
  id: integrations.id,
  key: integrations.key,
  name: integrations.name,
  sourceType: integrations.sourceType,
  sourceId: integrations.sourceId,
  enabled: integrations.enabled,
};

const integrationColumns = {
  integrationId: sql`${integrations.id}`,
  key: sql`${integrations.key}`,
  name: sql`${integrations.name}`,
  sourceId: sql`${integrations.sourceId}`,
  sourceType: sql`${integrations.sourceType}`,
  enabled: sql`${integrations.enabled}`,
} satisfies Record<IntegrationProperty, SQL>;

/** One list with its condition and its order. */
interface Matched {
  readonly table: SQLiteTable;
  readonly fields: Record<string, AnySQLiteColumn>;
  readonly id: AnySQLiteColumn;
  readonly where: SQL | undefined;
  readonly sortKey: SQL;
  readonly descending: boolean;
}

/**
 * Lists with conditions that callers write. Each condition is its own statement, so statements are prepared when they
 * run.
 */
export class MatchingLists {
  readonly #connection: Database.Database;
  readonly #db: BetterSQLite3Database;

  constructor(connection: Database.Database) {
    this.#connection = connection;
    this.#db = drizzle(connection);
    addFoldFunction(connection);
  }

  companies(condition: CompanyCondition, order: Order<CompanyProperty>, slice: Slice) {
    return this.#matches<Company>(
      {
        table: companies,
        fields: companyFields,
        id: companies.id,
        where: and(
          isNull(companies.deletedAt),
          beforeDeadline(companies),
          companyConditionSql(condition),
        ),
        sortKey: companySortKeys[order.by],
        descending: order.descending,
      },
      slice,
    );
  }

  connections(
    companyId: CompanyId,
    condition: ConnectionCondition,
    order: Order<ConnectionProperty>,
    slice: Slice,
  ) {
    return this.#matches<Connection>(
      {
        table: connections,
        fields: connectionFields,
        id: connections.id,
        where: and(
          eq(connections.companyId, companyId),
          isNull(connections.deletedAt),
          beforeDeadline(connections),
          connectionConditionSql(condition),
        ),
        sortKey: connectionSortKeys[order.by],
        descending: order.descending,
      },
      slice,
    );
  }

  integrations(condition: IntegrationCondition, order: Order<IntegrationProperty>, slice: Slice) {
    return this.#matches<Integration>(
      {
        table: integrations,
        fields: integrationFields,
        id: integrations.id,
        where: and(
          beforeDeadline(integrations),
          conditionSql(condition, ({ property, test }) =>
            testSql(integrationColumns[property], test),
          ),
        ),
        sortKey: integrationColumns[order.by],
        descending: order.descending,
      },
      slice,
    );
  }

  #matches<T>(
    { table, fields, id, where, sortKey, descending }: Matched,
    { offset, limit }: Slice,
  ): Matches<T> {
    const direction = descending ? sql`desc` : sql`asc`;
    const page = this.#db
      .select(fields)
      .from(table)
      .where(where)
      .orderBy(sql`${sortKey} ${direction}`, sql`${id} ${direction}`)
      .limit(limit)
      .offset(offset);
    const count = this.#db
      .select({ total: sql<number>`count(*)` })
      .from(table)
      .where(where);
    // In one transaction, so that no change comes between the two. A page that is not full gives the total itself: rare
    // matches, for which the whole table may be read, are not searched for twice.
    return this.#connection.transaction(() => {
      const records = page.all() as T[];
      const isLast = records.length < limit && (records.length > 0 || offset === 0);
      return { total: isLast ? offset + records.length : (count.get()?.total ?? 0), records };
    })();
  }
}
