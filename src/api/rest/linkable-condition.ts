import type { Platforms } from '../../platforms/platform.ts';
import { allOf, type Comparison, type IntegrationCondition } from '../../query/condition.ts';
import type { IntegrationProperty } from '../../query/properties.ts';

/**
 * Rewrites comparisons of `enabled` to its meaning in responses: the integration can be linked. That depends on the
 * store and on the platforms that this gateway has client credentials for.
 */
export function linkableIn(
  condition: IntegrationCondition,
  platforms: Platforms,
): IntegrationCondition {
  if (condition.kind !== 'comparison') {
    const conditions = condition.conditions.map((it) => linkableIn(it, platforms));
    return { ...condition, conditions };
  }
  const { property, test } = condition;
  if (property !== 'enabled' || test.type !== 'boolean') return condition;
  const keys = [...platforms.keys()];
  return test.value === (test.operator === '=')
    ? allOf([enabled(true), { kind: 'or', conditions: keys.map((key) => isOf(key, '=')) }])
    : {
        kind: 'or',
        conditions: [
          enabled(false),
          { kind: 'and', conditions: keys.map((key) => isOf(key, '!=')) },
        ],
      };
}

function enabled(value: boolean): Comparison<IntegrationProperty> {
  return {
    kind: 'comparison',
    property: 'enabled',
    test: { type: 'boolean', operator: '=', value },
  };
}

function isOf(key: string, operator: '=' | '!='): Comparison<IntegrationProperty> {
  return { kind: 'comparison', property: 'key', test: { type: 'text', operator, value: key } };
}
