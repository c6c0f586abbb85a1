import { GraphQLError, type GraphQLErrorOptions } from 'graphql';
import { parseId, type CompanyId, type ConnectionId } from '../../../domain/id.ts';
import type { InvalidInput } from '../../../domain/refusal.ts';
import type { Fault } from '../../../operations/faults.ts';

// Faults of the request itself, which appear in `errors`. What an operation refuses is data: see refusals.ts.

/**
 * A fault of an argument's value. `extensions` holds the code `BAD_USER_INPUT`, the path of the argument, such as
 * `filter.created.from`, and the rule that its value breaks.
 */
export function badUserInput(argument: string, rule: string): GraphQLError {
  return new GraphQLError(`${argument} ${rule}`, {
    extensions: { code: 'BAD_USER_INPUT', argument, rule },
  });
}

/** A request that is not one of GraphQL over HTTP, whatever it asks for. */
export function badRequest(message: string): GraphQLError {
  return graphqlFault({ status: 400, code: 'BAD_REQUEST', message });
}

/** A fault in the form of this face, and where in the document it was met, if it was. */
export function graphqlFault(
  { status, code, message, headers }: Fault,
  { nodes, path }: Pick<GraphQLErrorOptions, 'nodes' | 'path'> = {},
): GraphQLError {
  return new GraphQLError(message, {
    nodes,
    path,
    extensions: { code, http: { status, ...(headers && { headers }) } },
  });
}

/** The rule that every argument and input field of type ID keeps. */
export const idRule = 'must be a UUID';

/** Reads the id that a query names in `argument`. */
export function idArgument<T extends CompanyId | ConnectionId>(argument: string, text: string): T {
  const id = parseId<T>(text);
  if (id === undefined) throw badUserInput(argument, idRule);
  return id;
}

/** Takes a checked value of `argument`, or reports which rule it breaks. */
export function checkedArgument<T>(
  argument: string,
  result: { ok: true; value: T } | { ok: false; error: InvalidInput },
): T {
  if (result.ok) return result.value;
  const { field, rule } = result.error;
  const separator = field === '' || field.startsWith('[') ? '' : '.';
  throw badUserInput(`${argument}${separator}${field}`, rule);
}

/** A request can hold thousands of faults, each of which would be answered, with the value that it is of: so many are. */
export const maxErrors = 5;

/** A fault of a document that asks for too much. */
export function tooMuch(message: string, node?: GraphQLError['nodes']): GraphQLError {
  return new GraphQLError(message, {
    nodes: node,
    extensions: { code: 'DOCUMENT_LIMIT', http: { status: 400, spec: true } },
  });
}

/** The answer holds a secret, which is never stored, so it cannot be given again. */
export function unrepeatable(mutation: string): GraphQLError {
  return new GraphQLError(`${mutation} cannot be sent with an Idempotency-Key`, {
    extensions: { code: 'BAD_REQUEST' },
  });
}

/** The caller is known, but may not do this. */
export function forbidden(): GraphQLError {
  return new GraphQLError('The API key does not permit this', {
    extensions: { code: 'FORBIDDEN' },
  });
}

/** What the answer needs was deleted between two reads of one request; asking again gives a whole answer. */
export function deletedMeanwhile(what: 'company'): GraphQLError {
  return new GraphQLError(`The ${what} was deleted while the query ran`, {
    extensions: { code: 'DELETED_MEANWHILE' },
  });
}
