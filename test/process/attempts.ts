import { isDeepStrictEqual } from 'node:util';
import type { CompanyRecordInput } from '../support/records.ts';
import { rowsOf } from '../support/stored.ts';

/** The requests that clients send: a read of a connection, and changes. */
export const documents = {
  connection: `query ($input: ID!) { answer: connection(id: $input) { __typename id status } }`,
  createCompany: mutation('CreateCompany', 'company { id name description }'),
  updateCompany: mutation('UpdateCompany', 'company { id name description }'),
  deleteCompany: mutation('DeleteCompany', 'deletedCompanyId'),
  createConnection: mutation('CreateConnection', 'connection { id status }'),
  unlinkConnection: mutation('UnlinkConnection', 'connection { id status }'),
  deleteConnection: mutation('DeleteConnection', 'deletedConnectionId'),
} as const;

function mutation(name: string, payload: string): string {
  const field = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  return `mutation ($input: ${name}Input!) {
    answer: ${field}(input: $input) {
      __typename
      ... on ${name}Payload { ${payload} }
      ... on Error { ... on NotFoundError { field } ... on InvalidStatusError { status allowedActions } }
    }
  }`;
}

/** The input of a request. */
export interface Input {
  readonly companyId?: string;
  readonly connectionId?: string;
  readonly integrationKey?: string;
  readonly name?: string;
  readonly description?: string | null;
  readonly tags?: readonly { readonly key: string; readonly value: string }[];
}

/** The result in the GraphQL response, or `null` if the connection does not exist. */
export type Answer = Readonly<Record<string, unknown>> | null;

/** The result of a request that the store had no time for. It must have changed nothing. */
export const unserved: Answer = { __typename: 'Unserved' };

interface Attempt {
  /** The times of the request and of its response, in ticks of one clock. `Infinity` if there was no response. */
  readonly sent: number;
  answered: number;
}

/** A request of a client, its response, and the database's and the model's view of it. */
export interface ClientRequest extends Attempt {
  readonly kind: 'request';
  readonly actor: string;
  readonly what: keyof typeof documents;
  readonly input: Input;
  readonly idempotencyKey: string | undefined;
  /** The request that this one repeats with the same idempotency key, because its outcome is unknown. */
  readonly firstTry: ClientRequest | undefined;
  /** The result in the response, or `undefined` if there was no response. */
  answer: Answer | undefined;
  /** The events of this request in the history. */
  readonly events: StoredEvent[];
  /**
   * The results that the model allows: one if the request has events, else one for each moment when it may have run.
   */
  readonly expected: Answer[];
}

/** An import that ran beside the clients. */
export interface ImportRun extends Attempt {
  readonly kind: 'import';
  readonly records: readonly CompanyRecordInput[];
  /** Events of imports up to this one belong to this run or an earlier one. */
  lastEvent: number;
}

/** A row of the history. */
export interface StoredEvent {
  readonly sequence: number;
  readonly type: string;
  readonly companyId: string;
  readonly connectionId: string | null;
  readonly fromStatus: string | null;
  readonly toStatus: string | null;
  readonly actor: string;
}

/** Returns the history of a database after an event, in order. */
export function eventsAfter(file: string, sequence = 0): StoredEvent[] {
  return rowsOf(
    file,
    `SELECT sequence, type, company_id AS companyId, connection_id AS connectionId,
       from_status AS fromStatus, to_status AS toStatus, actor
     FROM events WHERE sequence > ? ORDER BY sequence`,
    sequence,
  );
}

/** Reports whether the response says that the change was made. */
export function isDone({ what, answer }: ClientRequest): boolean {
  return what !== 'connection' && String(answer?.['__typename']).endsWith('Payload');
}

/** Reports whether a request made its change, either itself or in an earlier try. */
export function isMade(request: ClientRequest | undefined): boolean {
  return request !== undefined && (request.events.length > 0 || isMade(request.firstTry));
}

/** Returns the results that the model allows for a request, including those for its earlier tries. */
export function expectedAnswers({ expected, firstTry }: ClientRequest): Answer[] {
  return [...expected, ...(firstTry ? expectedAnswers(firstTry) : [])];
}

/** Reports whether the result of a request is one that the model allows. */
export function isExpected(request: ClientRequest): boolean {
  return expectedAnswers(request).some((answer) => isDeepStrictEqual(answer, request.answer));
}
