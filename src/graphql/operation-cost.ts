import { complexityFromQuery } from '@pothos/plugin-complexity';
import {
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { DocumentLimits } from '../limits/limits.ts';

/** What an operation asks for, as the complexity plugin counts it. */
type Cost = ReturnType<typeof complexityFromQuery>;

/** Values of variables for which a cost is remembered. */
const keptCosts = 100;

/**
 * Makes the check whether an operation asks for no more than a document may, given the values of its variables. It is
 * made once for the values on which the cost depends: those that are arguments of fields whose cost is a function.
 */
export function createCostCheck(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  { definitions }: DocumentNode,
): (variables: Readonly<Record<string, unknown>>, limits: DocumentLimits) => boolean {
  const query: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [
      operation,
      ...definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION),
    ],
  };
  const names = costlyVariables(schema, query);
  const costs = new LRUCache<string, Cost>({ max: keptCosts });
  return (variables, limits) => {
    const key = JSON.stringify(Object.fromEntries(names.map((name) => [name, variables[name]])));
    let cost = costs.get(key);
    if (cost === undefined) {
      cost = complexityFromQuery(query, { schema, variables });
      costs.set(key, cost);
    }
    return cost.depth <= limits.depth && cost.complexity <= limits.cost;
  };
}

/** The variables on which the cost of a document depends. */
function costlyVariables(schema: GraphQLSchema, query: DocumentNode): string[] {
  const types = new TypeInfo(schema);
  const names = new Set<string>();
  const visitor = visitWithTypeInfo(types, {
    Variable({ name }, _key, _parent, _path, ancestors) {
      const isArgument = ancestors.some((it) => 'kind' in it && it.kind === Kind.ARGUMENT);
      const cost: unknown = types.getFieldDef()?.extensions['complexity'];
      if (isArgument && typeof cost === 'function') names.add(name.value);
    },
  });
  visit(query, visitor);
  return [...names].toSorted();
}
