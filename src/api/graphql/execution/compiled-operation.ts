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

/** An operation compiled to a function. */
export interface CompiledOperation {
  readonly definition: OperationDefinitionNode;
  readonly document: DocumentNode;
  /**
   * Returns the values to run the operation with. Returns `undefined` if a variable is invalid or the operation exceeds
   * the limits.
   */
  valuesOf(variables: Values, limits: DocumentLimits): Values | undefined;
  run(context: GraphQLContext, values: Values): Promise<ExecutionResult> | ExecutionResult;
}

/** Compiles an operation of a valid document. Returns `undefined` if the operation should be interpreted instead. */
export type CompileOperation = (
  text: string,
  operationName: string | undefined,
) => CompiledOperation | undefined;

/** Maximum number of selections in an operation, through its fragments, for which compiling is worth its time. */
const maxFields = 500;

/** Creates the compiler for a schema. */
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
      // Not needed: errors get the position of their field, and the log has the stack of their cause.
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
 * Reports whether a document has nothing that the compiler handles differently: directives, which it confuses between
 * the places where a fragment is spread; fields of the schema itself; names that objects inherit from their prototype;
 * and several mutations, where it runs the next even if one has failed.
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

/** Reports whether an operation has at most `maxFields` selections. A fragment counts wherever it is spread. */
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

/** Returns a function that adds to each error its nodes in the document, as the interpreter does. */
function givingNodes(document: DocumentNode): (result: ExecutionResult) => ExecutionResult {
  let nodes: ReadonlyMap<string, ASTNode> | undefined;
  return ({ errors, ...result }) => {
    if (errors === undefined) return result;
    const byPlace = (nodes ??= nodesByPlace(document));
    const located = errors.map(({ message, locations = [], path, originalError, extensions }) => {
      const of = locations.flatMap((place) => byPlace.get(keyOf(place)) ?? []);
      // An error that the compiler itself finds in a field, such as null in a non-null field, is an internal error.
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
