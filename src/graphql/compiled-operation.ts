import {
  BREAK,
  getLocation,
  getOperationAST,
  getVariableValues,
  GraphQLError,
  Kind,
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
import type { DocumentLimits } from '../limits/limits.ts';
import type { GraphQLContext } from './context.ts';
import { createCostCheck } from './operation-cost.ts';

type Variables = Readonly<Record<string, unknown>>;

/** An operation that was compiled to a function. */
export interface CompiledOperation {
  readonly definition: OperationDefinitionNode;
  readonly document: DocumentNode;
  /** Whether the variables are what it declares, and with them it asks for no more than a document may. */
  accepts(variables: Variables, limits: DocumentLimits): boolean;
  /** Runs it with variables that it accepts. */
  run(context: GraphQLContext, variables: Variables): Promise<ExecutionResult> | ExecutionResult;
}

/** The fields of an answer's shape up to which compiling is worth its time. */
const mostFields = 500;

/** Compiles an operation of a valid document, or answers `undefined` if it is better interpreted. */
export function compileOperation(
  schema: GraphQLSchema,
  text: string,
  operationName: string | undefined,
): CompiledOperation | undefined {
  // Parsed once more, since compiling marks the nodes.
  const document = parse(text);
  const definition = getOperationAST(document, operationName);
  if (!definition || !isPlain(document) || !isSmall(definition, document)) return undefined;
  const compiled = compileQuery(schema, document, operationName ?? '', {
    // Errors get the position of their field, and are logged with the stack of their cause.
    disablingCapturingStackErrors: true,
  });
  if (!isCompiledQuery(compiled)) return undefined;
  const declared = definition.variableDefinitions ?? [];
  const isAffordable = createCostCheck(schema, definition, document);
  const withNodes = givingNodes(document);
  return {
    definition,
    document,
    accepts: (variables, limits) =>
      // The compiler reads variables by rules of its own; what these refuse never gets to it.
      !getVariableValues(schema, declared, variables, { maxErrors: 1 }).errors &&
      isAffordable(variables, limits),
    run(context, variables) {
      const result = compiled.query(undefined, context, variables);
      return result instanceof Promise ? result.then(withNodes) : withNodes(result);
    },
  };
}

/**
 * Whether a document has nothing that the compiler handles in a way of its own: texts, which it writes into the code that
 * it makes (so nothing of a client's gets there but names), directives, which it confuses between the places of a fragment,
 * fields of the schema itself, and a field that is called like an object's prototype.
 */
function isPlain(document: DocumentNode): boolean {
  let plain = true;
  const isNot = () => {
    plain = false;
    return BREAK;
  };
  visit(document, {
    StringValue: isNot,
    Directive: isNot,
    Name: ({ value }) =>
      value === '__proto__' || value === '__schema' || value === '__type' ? isNot() : undefined,
  });
  return plain;
}

/** Whether the fields of the answer, with those of each fragment at each place where it is spread, are few. */
function isSmall(operation: OperationDefinitionNode, { definitions }: DocumentNode): boolean {
  const fragments = new Map(
    definitions
      .filter((it): it is FragmentDefinitionNode => it.kind === Kind.FRAGMENT_DEFINITION)
      .map((it) => [it.name.value, it.selectionSet]),
  );
  let left = mostFields;
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
  return (result) => {
    if (result.errors === undefined) return result;
    const byPlace = (nodes ??= nodesByPlace(document));
    const errors = result.errors.map(
      ({ message, locations = [], path, originalError, extensions }) =>
        new GraphQLError(message, {
          nodes: locations.flatMap((place) => byPlace.get(keyOf(place)) ?? []),
          path,
          originalError,
          extensions,
        }),
    );
    return { ...result, errors };
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
