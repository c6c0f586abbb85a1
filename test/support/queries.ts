import * as fc from 'fast-check';
import { formatInstant } from '../../src/domain/instant.ts';
import type { InvalidInput } from '../../src/domain/refusal.ts';
import type { Result } from '../../src/domain/result.ts';
import { fold, searchKey } from '../../src/domain/text.ts';
import { countOf } from '../../src/query/parse.ts';
import type { Condition, Test } from '../../src/query/condition.ts';
import type { Properties, PropertyType } from '../../src/query/properties.ts';

// A simple model of queries: printed so that they cannot be misread, and evaluated one record at a time.

/** Text that is special in SQL, in its patterns or in its full-text search. */
export const hostileTexts = [
  "'; DROP TABLE companies; --",
  "' OR '1'='1",
  '" OR 1=1 --',
  '%',
  '_',
  '*',
  'a*',
  '") OR name MATCH ("',
  'NEAR(a b)',
  'name_folded : x',
  '?1',
  ':search',
  '$phrase',
  '\\',
  "\\'",
  '&& || { }',
];

/** Returns the value of a result. Throws if the result is an error. */
export function valueOf<T>(result: Result<T, InvalidInput>): T {
  if (!result.ok) throw new Error(result.error.rule);
  return result.value;
}

/** Prints a condition as a query. */
export function print(condition: Condition<string>): string {
  if (condition.kind === 'comparison') {
    const { property, test } = condition;
    const name = property.startsWith('tags.') ? quoted(property.slice('tags.'.length)) : property;
    return `${name} ${test.operator} ${printedValue(test)}`;
  }
  const separator = condition.kind === 'and' ? ' && ' : ' || ';
  return condition.conditions
    .map((it) => (it.kind === 'comparison' ? print(it) : `{${print(it)}}`))
    .join(separator);
}

function printedValue(test: Test): string {
  return test.type === 'instant' ? formatInstant(test.value) : quoted(String(test.value));
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** A value of a record. Times are numbers. */
export type Value = string | number | boolean;

/** Reports whether a record satisfies a condition, given its values for each property: none, one or several. */
export function holds(
  condition: Condition<string>,
  valuesOf: (property: string) => readonly Value[],
): boolean {
  if (condition.kind !== 'comparison') {
    const each = condition.conditions.map((it) => holds(it, valuesOf));
    return condition.kind === 'and' ? each.every(Boolean) : each.some(Boolean);
  }
  const { property, test } = condition;
  const values = valuesOf(property);
  return test.operator === '!='
    ? !values.includes(test.value)
    : values.some((value) => passes(value, test));
}

function passes(value: Value, { operator, value: wanted }: Test): boolean {
  if (operator === '=') return value === wanted;
  if (operator === '~') return fold(String(value)).includes(searchKey(wanted));
  const difference = Number(value) - Number(wanted);
  if (operator === '>') return difference > 0;
  if (operator === '<') return difference < 0;
  return operator === '>=' ? difference >= 0 : difference <= 0;
}

/** Generators of values to compare with: texts, ids and times that records may have. */
export interface Values {
  readonly text: fc.Arbitrary<string>;
  readonly id: fc.Arbitrary<string>;
  readonly instant: fc.Arbitrary<number>;
}

function testArbitrary(type: PropertyType, values: Values): fc.Arbitrary<Test> {
  const equality = fc.constantFrom('=' as const, '!=' as const);
  switch (type) {
    case 'text': {
      const operator = fc.constantFrom('=' as const, '!=' as const, '~' as const);
      return fc.record({ type: fc.constant(type), operator, value: values.text });
    }
    case 'id': {
      return fc.record({ type: fc.constant(type), operator: equality, value: values.id });
    }
    case 'instant': {
      const operator = fc.constantFrom('=', '!=', '>', '<', '>=', '<=');
      return fc.record({ type: fc.constant(type), operator, value: values.instant });
    }
    case 'boolean': {
      return fc.record({ type: fc.constant(type), operator: equality, value: fc.boolean() });
    }
    default: {
      const value = fc.constantFrom(...type);
      return fc.record({ type: fc.constant('enum' as const), operator: equality, value });
    }
  }
}

/** Generates conditions on these properties, as the parser returns them: every group has at least two members. */
export function conditions<Property extends string>(
  properties: Properties<Property>,
  values: Values,
): fc.Arbitrary<Condition<Property>> {
  const comparisons = (Object.entries(properties) as [Property, PropertyType][]).map(
    ([property, type]) =>
      fc.record({
        kind: fc.constant('comparison' as const),
        property: fc.constant(property),
        test: testArbitrary(type, values),
      }),
  );
  const { condition } = fc.letrec<{ condition: Condition<Property> }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'query' },
      fc.oneof(...comparisons),
      fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        conditions: fc.array(tie('condition'), {
          minLength: 2,
          maxLength: 3,
          depthIdentifier: 'query',
        }),
      }),
    ),
  }));
  return condition.filter((it) => print(it).length < 2048 && comparisonsIn(it) <= 20);
}

function comparisonsIn(condition: Condition<string>): number {
  if (condition.kind === 'comparison') return countOf(condition);
  return condition.conditions.reduce((sum, it) => sum + comparisonsIn(it), 0);
}
