import {
  GraphQLID,
  isInputObjectType,
  isListType,
  isNonNullType,
  typeFromAST,
  type GraphQLType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { canonicalId } from '../../../domain/id.ts';

/**
 * Returns the variables of a valid operation with every id in lower case, to compare requests that name the same
 * records. Values of other types stay as they are; without variables, the result is null.
 */
export function canonicalVariables(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>> | null | undefined,
): unknown {
  if (variables == null) return null;
  const types = new Map(
    variableDefinitions.map(({ variable, type }) => [
      variable.name.value,
      typeFromAST(schema, type),
    ]),
  );
  return mapMembers(variables, (name, value) => canonical(value, types.get(name)));
}

function canonical(value: unknown, type: GraphQLType | undefined): unknown {
  if (isNonNullType(type)) return canonical(value, type.ofType);
  if (isListType(type)) {
    // A single value stands for a list of one.
    return Array.isArray(value)
      ? value.map((item) => canonical(item, type.ofType))
      : canonical(value, type.ofType);
  }
  if (type === GraphQLID) return typeof value === 'string' ? canonicalId(value) : value;
  if (!isInputObjectType(type) || typeof value !== 'object' || value === null) return value;
  const fields = type.getFields();
  return mapMembers(value, (name, member) =>
    canonical(member, Object.hasOwn(fields, name) ? fields[name]?.type : undefined),
  );
}

function mapMembers(
  object: object,
  map: (name: string, value: unknown) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [name, map(name, value)]),
  );
}
