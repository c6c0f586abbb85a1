import { complexityFromQuery } from '@pothos/plugin-complexity';
import {
  getNamedType,
  GraphQLInt,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { DocumentLimits } from '../../limits.ts';

type Values = Readonly<Record<string, unknown>>;

/** Depth and cost of an operation, as the complexity plugin counts them. */
type Cost = ReturnType<typeof complexityFromQuery>;

/** Maximum number of variable values whose costs are cached, per operation. */
const keptCosts = 100;

/**
 * Returns a function that reports whether the only operation of a document is within the limits, given its variables
 * and their coerced values. The cost is computed once for each combination of the values that it depends on.
 */
export function createCostCheck(
  schema: GraphQLSchema,
  document: DocumentNode,
): (variables: Values, coerced: Values, limits: DocumentLimits) => boolean {
  const names = costlyVariables(schema, document);
  const costs = new LRUCache<string, Cost>({ max: keptCosts });
  return (variables, coerced, limits) => {
    const key = JSON.stringify(names.map((name) => coerced[name]));
    let cost = costs.get(key);
    if (cost === undefined) {
      cost = complexityFromQuery(document, { schema, variables });
      costs.set(key, cost);
    }
    return cost.depth <= limits.depth && cost.complexity <= limits.cost;
  };
}

/**
 * Returns the names of the variables that the cost of a document depends on: integers, such as page sizes. Texts do not
 * affect the cost, and each would add a cache key as long as the client likes.
 */
function costlyVariables(schema: GraphQLSchema, document: DocumentNode): string[] {
  const types = new TypeInfo(schema);
  const names = new Set<string>();
  const visitor = visitWithTypeInfo(types, {
    Variable({ name }) {
      const type = types.getInputType();
      if (type && getNamedType(type) === GraphQLInt) names.add(name.value);
    },
  });
  visit(document, visitor);
  return [...names].toSorted();
}
