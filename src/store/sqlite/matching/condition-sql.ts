import { and, or, sql, type SQL } from 'drizzle-orm';
import { searchKey } from '../../../domain/text.ts';
import type { Comparison, Condition, Test } from '../../../query/condition.ts';

/** Returns the SQL of a condition. `comparisonSql` returns that of a comparison. */
export function conditionSql<Property extends string>(
  condition: Condition<Property>,
  comparisonSql: (comparison: Comparison<Property>) => SQL,
): SQL {
  switch (condition.kind) {
    case 'comparison': {
      return sql`(${comparisonSql(condition)})`;
    }
    case 'and': {
      return and(...condition.conditions.map((it) => conditionSql(it, comparisonSql))) ?? sql`true`;
    }
    case 'or': {
      return or(...condition.conditions.map((it) => conditionSql(it, comparisonSql))) ?? sql`false`;
    }
  }
}

/** Returns the SQL of a test of `value`. For null, `!=` holds and no other operator does. */
export function testSql(value: SQL, test: Test): SQL {
  const given = sql`${typeof test.value === 'boolean' ? Number(test.value) : test.value}`;
  switch (test.operator) {
    case '=': {
      return sql`${value} = ${given}`;
    }
    case '!=': {
      return sql`${value} is not ${given}`;
    }
    case '~': {
      return sql`instr(${folded(value)}, ${searchKey(test.value)}) > 0`;
    }
    case '>': {
      return sql`${value} > ${given}`;
    }
    case '<': {
      return sql`${value} < ${given}`;
    }
    case '>=': {
      return sql`${value} >= ${given}`;
    }
    case '<=': {
      return sql`${value} <= ${given}`;
    }
  }
}

/**
 * Returns the SQL that folds a text as `fold` does. For ASCII, SQLite's `lower` does the same, without a call into
 * JavaScript for each company in a list.
 */
function folded(text: SQL): SQL {
  return sql`case when octet_length(${text}) = length(${text}) then lower(${text}) else fold(${text}) end`;
}
