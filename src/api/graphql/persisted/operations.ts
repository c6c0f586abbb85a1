import {
  GraphQLError,
  Kind,
  parse,
  print,
  separateOperations,
  ExecutableDefinitionsRule,
  UniqueFragmentNamesRule,
  UniqueOperationNamesRule,
  validate,
  type DefinitionNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type Source,
} from 'graphql';
import type { DocumentCheck } from '../execution/document-check.ts';
import { documentIdOf } from '../execution/document-id.ts';
import { schema } from '../schema/schema.ts';
import type { ReadDocuments } from './new-document.ts';
import { readSources } from './sources.ts';

/**
 * Reads the operations of GraphQL files and folders. Each becomes a document with the fragments that it needs, which
 * can be in other files.
 */
export async function readOperations(
  paths: readonly string[],
  check: DocumentCheck,
): Promise<ReadDocuments> {
  const { sources, faults } = await readSources(paths);
  const definitions: DefinitionNode[] = [];
  for (const source of sources) {
    const parsed = parseSource(source);
    if (parsed instanceof GraphQLError) faults.push(describe(parsed));
    else definitions.push(...parsed.definitions);
  }
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions };
  faults.push(...validate(schema, document, wholeRules).map((error) => describe(error)));
  const nodes = definitions.filter((it) => it.kind === Kind.OPERATION_DEFINITION);
  for (const node of nodes) if (node.name === undefined) faults.push(describe(nameless(node)));
  if (nodes.length === 0 && faults.length === 0) {
    faults.push(`No operation found in ${paths.join(', ')}`);
  }
  if (faults.length > 0) return { documents: [], faults };

  const separated = Object.values(separateOperations(document)).map((it) => inOrder(it));
  const found = new Set<string>();
  for (const one of separated) {
    for (const error of check(print(one), one)) found.add(describe(error, one.definitions[0]));
  }
  const documents = separated.map((one) => {
    const text = print(one);
    return { id: documentIdOf(text), name: nameOf(one), text };
  });
  return { documents: documents.toSorted(byName), faults: [...found] };
}

const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);

/** Rules for all files together, which cannot be checked for each operation. */
const wholeRules = [ExecutableDefinitionsRule, UniqueOperationNamesRule, UniqueFragmentNamesRule];

function parseSource(source: Source): DocumentNode | GraphQLError {
  try {
    return parse(source);
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

function nameless(operation: OperationDefinitionNode): GraphQLError {
  return new GraphQLError('The operation must have a name', { nodes: operation });
}

/** Sorts the operation first, then fragments by name, so that the id does not depend on where the files are. */
function inOrder({ kind, definitions }: DocumentNode): DocumentNode {
  const fragments = definitions
    .filter((it): it is FragmentDefinitionNode => it.kind === Kind.FRAGMENT_DEFINITION)
    .toSorted((a, b) => (a.name.value < b.name.value ? -1 : 1));
  const others = definitions.filter((it) => it.kind !== Kind.FRAGMENT_DEFINITION);
  return { kind, definitions: [...others, ...fragments] };
}

function nameOf({ definitions: [first] }: DocumentNode): string {
  return first?.kind === Kind.OPERATION_DEFINITION ? (first.name?.value ?? '') : '';
}

/** Formats an error with its position, or with the position of `operation` if the error has none. */
function describe(error: GraphQLError, operation?: DefinitionNode): string {
  const hasPlace = error.source !== undefined || operation === undefined;
  const { source, locations } = hasPlace ? error : new GraphQLError('', { nodes: operation });
  const { line, column } = locations?.[0] ?? { line: 1, column: 1 };
  return `${source?.name ?? ''}:${line}:${column} ${error.message}`;
}
