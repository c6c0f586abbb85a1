import { BREAK, GraphQLError, visit, type DocumentNode } from 'graphql';

/** The mutations that are given secrets. */
const secretive = new Set(['authorizeConnection']);

/** Whether a document asks for something that is given secrets. */
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

/** Takes the value that an error is of out of its message: GraphQL's own messages quote it. */
export function withoutValue(error: GraphQLError): GraphQLError {
  const { nodes, path, extensions } = error;
  const { argument } = extensions;
  const isOfValue = argument !== undefined || nodes?.[0]?.kind.endsWith('Value') === true;
  if (path !== undefined || !isOfValue) return error;
  const what = typeof argument === 'string' ? argument : 'A value';
  return new GraphQLError(`${what} is not as the schema has it`, {
    ...(nodes && { nodes }),
    extensions,
  });
}
