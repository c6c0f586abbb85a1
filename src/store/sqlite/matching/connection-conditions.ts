import { sql, type SQL } from 'drizzle-orm';
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core';
import { connectionStatuses } from '../../../domain/status.ts';
import type { ConnectionCondition, Test } from '../../../query/condition.ts';
import type { ConnectionProperty } from '../../../query/properties.ts';
import { conditionSql, testSql } from './condition-sql.ts';
import { underUse, type IndexUse } from '../lists/conditions.ts';
import { connections, integrations } from '../schema/schema.ts';

/** The sort keys of connections. */
export const connectionSortKeys: Record<ConnectionProperty, SQL> = {
  id: sql`${connections.id}`,
  integrationId: sql`${connections.integrationId}`,
  integrationKey: ofIntegration(integrations.key),
  sourceId: sql`${connections.sourceId}`,
  sourceType: sql`${connections.sourceType}`,
  platformName: ofIntegration(integrations.name),
  status: sql`${connections.status}`,
  lastSync: sql`${connections.lastSync}`,
  created: sql`${connections.created}`,
};

const everyStatus = connectionStatuses.map((it) => `'${it}'`).join(', ');

function ofIntegration(column: AnySQLiteColumn): SQL {
  return sql`(select ${column} from ${integrations} where ${integrations.id} = ${connections.integrationId})`;
}

/** Returns the SQL of a condition on a company's connections. They are few, so the company's index serves best. */
export function connectionConditionSql(condition: ConnectionCondition): SQL {
  return conditionSql(condition, ({ property, test }) =>
    connectionTestSql(property, test, 'hidden'),
  );
}

/** Returns the SQL of a test of a connection's property. */
export function connectionTestSql(property: ConnectionProperty, test: Test, use: IndexUse): SQL {
  switch (property) {
    case 'integrationKey': {
      return integrationIsAmong(integrations.key, test, use);
    }
    case 'platformName': {
      return integrationIsAmong(integrations.name, test, use);
    }
    case 'lastSync': {
      // Only for `=`: the indexed column holds a number below every moment for a connection that was never synced.
      const indexed = use === 'free' && test.operator === '=';
      return testSql(
        indexed ? sql`${connections.lastSyncOrder}` : sql`${connections.lastSync}`,
        test,
      );
    }
    case 'sourceType': {
      // The index of `sourceType` starts with the status.
      return use === 'free' && test.operator === '='
        ? sql`(${connections.status} in (${sql.raw(everyStatus)}) and ${testSql(sql`${connections.sourceType}`, test)})`
        : testSql(underUse(connections.sourceType, use), test);
    }
    case 'id':
    case 'integrationId':
    case 'sourceId':
    case 'status':
    case 'created': {
      return testSql(underUse(connections[property], use), test);
    }
  }
}

function integrationIsAmong(column: AnySQLiteColumn, test: Test, use: IndexUse): SQL {
  return sql`${underUse(connections.integrationId, use)} in (select ${integrations.id} from ${integrations} where ${testSql(sql`${column}`, test)})`;
}
