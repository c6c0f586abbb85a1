import {
  getVariableValues,
  GraphQLScalarType,
  GraphQLSchema,
  Kind,
  TypeInfo,
  valueFromAST,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLInputType,
  type OperationDefinitionNode,
  type ValueNode,
  type VariableDefinitionNode,
  type VariableNode,
} from 'graphql';

// The compiler has rules of its own for values: it forgets the defaults of what may not be null, and gives null for what
// is absent from an object. And it writes the values of a document into the code that it makes. So it gets none of them:
// GraphQL.js makes the value of every variable, and of every argument that is not as simple as a number, and the compiler
// passes them on as they are.

/** What the compiler takes a value for. */
const AsItIs = new GraphQLScalarType({ name: 'AsItIs' });

/** Makes the schema that operations are compiled for whose values are made elsewhere. */
export function withValuesAsTheyAre(schema: GraphQLSchema): GraphQLSchema {
  const config = schema.toConfig();
  return new GraphQLSchema({ ...config, types: [...config.types, AsItIs], assumeValid: true });
}

type Values = Readonly<Record<string, unknown>>;

/** An operation whose values are made elsewhere. */
interface WithoutValues {
  readonly document: DocumentNode;
  /** Makes its values from those of its variables; `undefined` if these are not what it declares. */
  valuesOf(
    this: void,
    variables: Values,
  ): { readonly coerced: Values; readonly all: Values } | undefined;
}

/** Takes the values out of an operation that is the only one of a document. */
export function withoutValues(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  document: DocumentNode,
): WithoutValues {
  const { variableDefinitions: declared = [] } = operation;
  const literals: { name: string; value: ValueNode; type: GraphQLInputType }[] = [];
  const types = new TypeInfo(schema);
  const visitor = visitWithTypeInfo(types, {
    Argument(argument) {
      const { value } = argument;
      const type = types.getInputType();
      if (!type || !mayHoldMore.has(value.kind)) return undefined;
      // No variable of a client's is called so.
      const name = `$${literals.length}`;
      literals.push({ name, value, type });
      return { ...argument, value: variableOf(name) };
    },
  });
  const { definitions } = visit(document, visitor);
  return {
    document: {
      kind: Kind.DOCUMENT,
      definitions: definitions.map((it) => {
        if (it.kind !== Kind.OPERATION_DEFINITION) return it;
        const ofLiterals = literals.map(({ name }) => variableOf(name));
        const variables = declared.map(({ variable }) => variable).concat(ofLiterals);
        return Object.assign({}, it, { variableDefinitions: variables.map(definitionOf) });
      }),
    },
    valuesOf(variables) {
      const { coerced } = getVariableValues(schema, declared, variables, { maxErrors: 1 });
      if (coerced === undefined) return undefined;
      const all = { ...coerced };
      for (const { name, value, type } of literals) {
        all[name] = valueFromAST(value, type, coerced);
        if (all[name] === undefined) return undefined;
      }
      return { coerced, all };
    },
  };
}

const mayHoldMore = new Set<Kind>([Kind.OBJECT, Kind.LIST, Kind.STRING]);

function variableOf(name: string): VariableNode {
  return { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } };
}

function definitionOf(variable: VariableNode): VariableDefinitionNode {
  const name = { kind: Kind.NAME, value: AsItIs.name } as const;
  return { kind: Kind.VARIABLE_DEFINITION, variable, type: { kind: Kind.NAMED_TYPE, name } };
}
