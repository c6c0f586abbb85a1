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

/** What an operation asks for, as the complexity plugin counts it. */
type Cost = ReturnType<typeof complexityFromQuery>;

/** Values of variables for which a cost is remembered. */
const keptCosts = 100;

/**
 * Makes the check whether an operation, the only one of a document, asks for no more than a document may, given its
 * variables and the values that were made of them. It is made once for the values on which the cost depends.
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
 * The variables on which the cost of a document depends: numbers, such as how many records a page has. Other arguments
 * have no part in it; as texts they would each be another key, as long as the client likes.
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
