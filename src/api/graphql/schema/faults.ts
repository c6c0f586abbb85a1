import { GraphQLError, type GraphQLErrorOptions } from 'graphql';
import { parseId, type CompanyId, type ConnectionId } from '../../../domain/id.ts';
import type { InvalidInput } from '../../../domain/refusal.ts';
import type { Fault } from '../../../operations/faults.ts';

// Errors of the request itself, which appear in `errors`. The refusals of an operation are data: see refusals.ts.

/**
 * Returns the error for an invalid argument. `extensions` has the code `BAD_USER_INPUT`, the path of the argument, such
 * as `filter.created.from`, and the rule that its value breaks.
 */
export function badUserInput(argument: string, rule: string): GraphQLError {
  return new GraphQLError(`${argument} ${rule}`, {
    extensions: { code: 'BAD_USER_INPUT', argument, rule },
  });
}

/** Returns the error for a request that does not follow GraphQL over HTTP. */
export function badRequest(message: string): GraphQLError {
  return graphqlFault({ status: 400, code: 'BAD_REQUEST', message });
}

/** Converts an error to a GraphQL error, with its nodes and path in the document, if given. */
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

/** Rule for every argument and input field of type ID. */
export const idRule = 'must be a UUID';

/** Parses the id in `argument`. Throws `BAD_USER_INPUT` if it is not a UUID. */
export function idArgument<T extends CompanyId | ConnectionId>(argument: string, text: string): T {
  const id = parseId<T>(text);
  if (id === undefined) throw badUserInput(argument, idRule);
  return id;
}

/** Returns the validated value of `argument`, or throws `BAD_USER_INPUT` with the rule that it breaks. */
export function checkedArgument<T>(
  argument: string,
  result: { ok: true; value: T } | { ok: false; error: InvalidInput },
): T {
  if (result.ok) return result.value;
  const { field, rule } = result.error;
  const separator = field === '' || field.startsWith('[') ? '' : '.';
  throw badUserInput(`${argument}${separator}${field}`, rule);
}

/** Maximum number of validation or variable errors in a response. A request can cause thousands, which quote values. */
export const maxErrors = 5;

/** Returns the error for a document that exceeds a limit. */
export function tooMuch(message: string, node?: GraphQLError['nodes']): GraphQLError {
  return new GraphQLError(message, {
    nodes: node,
    extensions: { code: 'DOCUMENT_LIMIT', http: { status: 400, spec: true } },
  });
}

/** Returns the error for a response with a secret, which is never stored and so cannot be returned again. */
export function unrepeatable(mutation: string): GraphQLError {
  return new GraphQLError(`${mutation} cannot be sent with an Idempotency-Key`, {
    extensions: { code: 'BAD_REQUEST' },
  });
}

/** Returns the error for a known caller whose scope does not permit the operation. */
export function forbidden(): GraphQLError {
  return new GraphQLError('The API key does not permit this', {
    extensions: { code: 'FORBIDDEN' },
  });
}

/** Returns the error for a record that was deleted between two reads of one request. The caller can retry. */
export function deletedMeanwhile(what: 'company'): GraphQLError {
  return new GraphQLError(`The ${what} was deleted while the query ran`, {
    extensions: { code: 'DELETED_MEANWHILE' },
  });
}
