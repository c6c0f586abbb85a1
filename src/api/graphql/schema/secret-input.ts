import { BREAK, GraphQLError, visit, type DocumentNode } from 'graphql';

/** Mutations whose input contains secrets. */
const secretive = new Set(['authorizeConnection']);

/** Reports whether a document has a mutation whose input contains secrets. */
export function hasSecretInput(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Field: ({ name }) => {
      if (!secretive.has(name.value)) return undefined;
      found = true;
      return BREAK;
    },
  });
  return found;
}

/** Removes the invalid value from the message of an error, because GraphQL's own messages quote it. */
export function withoutValue(error: GraphQLError): GraphQLError {
  const { nodes, path, extensions } = error;
  const { argument } = extensions;
  const isOfValue = argument !== undefined || nodes?.[0]?.kind.endsWith('Value') === true;
  if (path !== undefined || !isOfValue) return error;
  const what = typeof argument === 'string' ? argument : 'A value';
  return new GraphQLError(`${what} does not match the schema`, {
    ...(nodes && { nodes }),
    extensions,
  });
}
