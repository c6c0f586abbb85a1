import {
  BREAK,
  getLocation,
  getOperationAST,
  GraphQLError,
  Kind,
  OperationTypeNode,
  parse,
  visit,
  type ASTNode,
  type DocumentNode,
  type ExecutionResult,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type SourceLocation,
  type VariableNode,
} from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import type { DocumentLimits } from '../../limits.ts';
import type { GraphQLContext } from '../schema/context.ts';
import { createCostCheck } from '../schema/operation-cost.ts';
import { withoutValues, withValuesAsTheyAre } from './operation-values.ts';

type Values = Readonly<Record<string, unknown>>;

/** An operation that was compiled to a function. */
export interface CompiledOperation {
  readonly definition: OperationDefinitionNode;
  readonly document: DocumentNode;
  /**
   * The values with which to run it, if the variables are what it declares, and with them it asks for no more than a
   * document may.
   */
  valuesOf(variables: Values, limits: DocumentLimits): Values | undefined;
  run(context: GraphQLContext, values: Values): Promise<ExecutionResult> | ExecutionResult;
}

/** Compiles an operation of a valid document, or returns `undefined` if it is better interpreted. */
export type CompileOperation = (
  text: string,
  operationName: string | undefined,
) => CompiledOperation | undefined;

/** The fields of an answer's shape up to which compiling is worth its time. */
const maxFields = 500;

/** Makes the compiler for a schema. */
export function createCompiler(schema: GraphQLSchema): CompileOperation {
  const compiledFor = withValuesAsTheyAre(schema);
  return (text, operationName) => {
    const document = parse(text);
    const definition = getOperationAST(document, operationName);
    if (!definition || !isPlain(document)) return undefined;
    const fragments = document.definitions.filter((it) => it.kind === Kind.FRAGMENT_DEFINITION);
    if (!isSmall(definition, fragments)) return undefined;
    const alone: DocumentNode = {
      kind: Kind.DOCUMENT,
      definitions: [definition, ...fragments],
    };
    const { document: hollow, valuesOf } = withoutValues(schema, definition, alone);
    const compiled = compileQuery(compiledFor, hollow, '', {
      // Errors get the position of their field, and are logged with the stack of their cause.
      disablingCapturingStackErrors: true,
    });
    if (!isCompiledQuery(compiled)) return undefined;
    const isAffordable = createCostCheck(schema, alone);
    const asInterpreted = givingNodes(document);
    return {
      definition,
      document,
      valuesOf(variables, limits) {
        const values = valuesOf(variables);
        return values && isAffordable(variables, values.coerced, limits) ? values.all : undefined;
      },
      run(context, values) {
        const result = compiled.query(undefined, context, values);
        return result instanceof Promise ? result.then(asInterpreted) : asInterpreted(result);
      },
    };
  };
}

/**
 * Whether a document has nothing that the compiler handles in a way of its own: directives, which it confuses between the
 * places of a fragment; fields of the schema itself; names that an object has by its prototype; and several changes, of
 * which it makes the next although one has failed.
 */
function isPlain(document: DocumentNode): boolean {
  let plain = true;
  const isNot = () => {
    plain = false;
    return BREAK;
  };
  visit(document, {
    Directive: isNot,
    Name: ({ value }) =>
      value === '__proto__' || value === '__schema' || value === '__type' ? isNot() : undefined,
    Variable: ({ name }) => (name.value in Object.prototype ? isNot() : undefined),
    OperationDefinition: ({ operation, selectionSet: { selections } }) =>
      operation !== OperationTypeNode.QUERY &&
      (selections.length > 1 || selections[0]?.kind !== Kind.FIELD)
        ? isNot()
        : undefined,
  });
  return plain;
}

/** Whether the fields of the answer, with those of each fragment at each place where it is spread, are few. */
function isSmall(
  operation: OperationDefinitionNode,
  definitions: readonly FragmentDefinitionNode[],
): boolean {
  const fragments = new Map(definitions.map((it) => [it.name.value, it.selectionSet]));
  let left = maxFields;
  const count = (selected: SelectionSetNode | undefined): void => {
    for (const selection of selected?.selections ?? []) {
      left -= 1;
      if (left < 0) return;
      count(
        selection.kind === Kind.FRAGMENT_SPREAD
          ? fragments.get(selection.name.value)
          : selection.selectionSet,
      );
    }
  };
  count(operation.selectionSet);
  return left >= 0;
}

/** Makes the function that gives errors the nodes of the document that they are of, as the interpreter does. */
function givingNodes(document: DocumentNode): (result: ExecutionResult) => ExecutionResult {
  let nodes: ReadonlyMap<string, ASTNode> | undefined;
  return ({ errors, ...result }) => {
    if (errors === undefined) return result;
    const byPlace = (nodes ??= nodesByPlace(document));
    const located = errors.map(({ message, locations = [], path, originalError, extensions }) => {
      const of = locations.flatMap((place) => byPlace.get(keyOf(place)) ?? []);
      // What the compiler itself finds wrong with a field, such as null where that cannot be, is a fault of the inside.
      const isOfField = of[0]?.kind === Kind.FIELD;
      return new GraphQLError(message, {
        nodes: of,
        path,
        originalError: originalError ?? (isOfField ? new Error(message) : undefined),
        extensions,
      });
    });
    return { errors: located, ...result };
  };
}

function nodesByPlace(document: DocumentNode): ReadonlyMap<string, ASTNode> {
  const nodes = new Map<string, ASTNode>();
  const add = (node: FieldNode | VariableNode) => {
    if (node.loc) nodes.set(keyOf(getLocation(node.loc.source, node.loc.start)), node);
  };
  visit(document, { Field: add, Variable: add });
  return nodes;
}

function keyOf({ line, column }: SourceLocation): string {
  return `${line}:${column}`;
}
