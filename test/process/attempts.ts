import { isDeepStrictEqual } from 'node:util';
import type { CompanyRecordInput } from '../support/records.ts';
import { rowsOf } from '../support/stored.ts';

/** What clients ask for: to read a connection, or a change. */
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

/** What a request names and sets. */
export interface Input {
  readonly companyId?: string;
  readonly connectionId?: string;
  readonly integrationKey?: string;
  readonly name?: string;
  readonly description?: string | null;
  readonly tags?: readonly { readonly key: string; readonly value: string }[];
}

/** What GraphQL answered; `null` for a connection that is not there. */
export type Answer = Readonly<Record<string, unknown>> | null;

/** The answer to a request for which the store had no time: it must have changed nothing. */
export const unserved: Answer = { __typename: 'Unserved' };

interface Attempt {
  /** When it was sent and when its answer came, in ticks of one clock; `Infinity` if none came. */
  readonly sent: number;
  answered: number;
}

/** A request of a client, what was answered, and what the database and the model say of it. */
export interface ClientRequest extends Attempt {
  readonly kind: 'request';
  readonly actor: string;
  readonly what: keyof typeof documents;
  readonly input: Input;
  readonly idempotencyKey: string | undefined;
  /** The request that this one repeats with the same key, since nobody knows what became of it. */
  readonly firstTry: ClientRequest | undefined;
  /** `undefined` if no answer came. */
  answer: Answer | undefined;
  /** What the history tells of it. */
  readonly events: StoredEvent[];
  /** What the model says it had to be answered: one answer if it has events, else one for each moment that it may have met. */
  readonly expected: Answer[];
}

/** An import that ran beside the clients. */
export interface ImportRun extends Attempt {
  readonly kind: 'import';
  readonly records: readonly CompanyRecordInput[];
  /** The events of imports up to this one are of this run or an earlier one. */
  lastEvent: number;
}

/** One row of the history. */
export interface StoredEvent {
  readonly sequence: number;
  readonly type: string;
  readonly companyId: string;
  readonly connectionId: string | null;
  readonly fromStatus: string | null;
  readonly toStatus: string | null;
  readonly actor: string;
}

/** The history of a database after an event, in order. */
export function eventsAfter(file: string, sequence = 0): StoredEvent[] {
  return rowsOf(
    file,
    `SELECT sequence, type, company_id AS companyId, connection_id AS connectionId,
       from_status AS fromStatus, to_status AS toStatus, actor
     FROM events WHERE sequence > ? ORDER BY sequence`,
    sequence,
  );
}

/** Whether the answer says that the change was made. */
export function isDone({ what, answer }: ClientRequest): boolean {
  return what !== 'connection' && String(answer?.['__typename']).endsWith('Payload');
}

/** Whether a request was made, by itself or when it was first tried. */
export function isMade(request: ClientRequest | undefined): boolean {
  return request !== undefined && (request.events.length > 0 || isMade(request.firstTry));
}

/** What a request had to be answered, as the model saw it at each moment, those of its first try included. */
export function expectedAnswers({ expected, firstTry }: ClientRequest): Answer[] {
  return [...expected, ...(firstTry ? expectedAnswers(firstTry) : [])];
}

/** Whether a request was answered as the model says, at one moment or another. */
export function isExpected(request: ClientRequest): boolean {
  return expectedAnswers(request).some((answer) => isDeepStrictEqual(answer, request.answer));
}
