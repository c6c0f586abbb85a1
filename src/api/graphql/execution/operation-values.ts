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

// The compiler coerces values differently from GraphQL.js: it drops the defaults of non-null inputs, and uses null for
// fields that are absent from an object. It also writes the values of a document into the generated code. So it gets no
// values: GraphQL.js coerces every variable, and every argument that is an object, a list or a string, and the compiler
// passes the results on unchanged.

/** Type of all variables for the compiler, which leaves their values unchanged. */
const AsItIs = new GraphQLScalarType({ name: 'AsItIs' });

/** Returns the schema for compiling operations whose values GraphQL.js coerces. */
export function withValuesAsTheyAre(schema: GraphQLSchema): GraphQLSchema {
  const config = schema.toConfig();
  return new GraphQLSchema({ ...config, types: [...config.types, AsItIs], assumeValid: true });
}

type Values = Readonly<Record<string, unknown>>;

/** An operation without its values, which GraphQL.js coerces. */
interface WithoutValues {
  readonly document: DocumentNode;
  /** Coerces the variables and the extracted arguments. Returns `undefined` if a value is invalid. */
  valuesOf(
    this: void,
    variables: Values,
  ): { readonly coerced: Values; readonly all: Values } | undefined;
}

/** Extracts the values from an operation that is the only one of its document. */
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
      // A variable of a client cannot have this name.
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
