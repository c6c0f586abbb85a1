import { sql, type SQL } from 'drizzle-orm';
import { fold, searchKey } from '../../../domain/text.ts';
import type { CompanyCondition, Comparison, TagProperty, Test } from '../../../query/condition.ts';
import type {
  CompanyProperty,
  ConnectionProperty,
  ConnectionsProperty,
} from '../../../query/properties.ts';
import { conditionSql, testSql } from './condition-sql.ts';
import { connectionTestSql } from './connection-conditions.ts';
import { nameHolds, searchPhrase } from '../lists/name-search.ts';
import { companies, companyTags, connections } from '../schema/schema.ts';

/** The sort keys of companies. */
export const companySortKeys: Record<CompanyProperty, SQL> = {
  id: sql`${companies.id}`,
  name: sql`${companies.nameFolded}`,
  description: sql`${companies.description}`,
  lastSync: sql`(select max(${connections.lastSync}) from ${connections} where ${connections.companyId} = ${companies.id} and ${connections.deletedAt} is null)`,
  created: sql`${companies.created}`,
};

/** Returns the SQL of a condition on companies, live or deleted. */
export function companyConditionSql(condition: CompanyCondition): SQL {
  return conditionSql(condition, companyComparisonSql);
}

type AnyProperty = CompanyProperty | ConnectionsProperty | TagProperty;

function companyComparisonSql({ property, test }: Comparison<AnyProperty>): SQL {
  if (isOfConnections(property)) return ofConnectionsSql(connectionProperty(property), test);
  if (isTag(property)) {
    const key = property.slice(tagPrefix.length);
    const owners = sql`select ${companyTags.companyId} from ${companyTags}
      where ${companyTags.key} = ${key} and ${testSql(sql`${companyTags.value}`, asked(test))}`;
    return isAmong(owners, test);
  }
  return property === 'name' ? nameSql(test) : testSql(companySortKeys[property], test);
}

function ofConnectionsSql(property: ConnectionProperty, test: Test): SQL {
  const live = sql`from ${connections} where ${connections.deletedAt} is null`;
  if (test.operator === '=' || test.operator === '!=') {
    const found = connectionTestSql(property, asked(test), 'free');
    return isAmong(sql`select ${connections.companyId} ${live} and ${found}`, test);
  }
  // Many connections tend to satisfy these tests: looking company by company is cheaper than collecting them.
  const found = connectionTestSql(property, test, 'hidden');
  return sql`exists (select 1 ${live} and ${connections.companyId} = ${companies.id} and ${found})`;
}

/** Returns the test to search for: a company satisfies `!=` if none of its values satisfies `=`. */
function asked(test: Test): Test {
  return test.operator === '!=' ? { ...test, operator: '=' } : test;
}

function isAmong(owners: SQL, { operator }: Test): SQL {
  return operator === '!='
    ? sql`${companies.id} not in (${owners})`
    : sql`${companies.id} in (${owners})`;
}

function nameSql(test: Test): SQL {
  const name = sql`${companies.name}`;
  if (test.type !== 'text' || test.operator === '!=') return testSql(name, test);
  const folded = fold(test.value);
  // Only folded names of live companies are indexed. SQLite does not use such an index for a part of an OR, but does
  // for a subquery.
  if (test.operator === '=') {
    const ids = sql`select ${companies.id} from ${companies}
      where ${companies.nameFolded} = ${folded} and ${testSql(name, test)} and ${companies.deletedAt} is null`;
    return sql`${companies.id} in (${ids})`;
  }
  const search = searchKey(test.value);
  const phrase = searchPhrase(search);
  return nameHolds(sql`${search}`, phrase === undefined ? undefined : sql`${phrase}`);
}

const connectionsPrefix = 'dataConnections.';
const tagPrefix = 'tags.';

function isOfConnections(property: AnyProperty): property is ConnectionsProperty {
  return property.startsWith(connectionsPrefix);
}

function connectionProperty(property: ConnectionsProperty): ConnectionProperty {
  return property.slice(connectionsPrefix.length) as ConnectionProperty;
}

function isTag(property: AnyProperty): property is TagProperty {
  return property.startsWith(tagPrefix);
}
