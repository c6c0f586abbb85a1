import { parseId, type ApiKeyId, type CompanyId, type ConnectionId } from '../../../domain/id.ts';
import {
  invalidInput,
  type ActiveConnectionExists,
  type InvalidInput,
  type InvalidStatus,
  type LimitReached,
  type NotFound,
  type TooManyConnections,
} from '../../../domain/refusal.ts';
import { ok, refuse, type Result } from '../../../domain/result.ts';
import { builder, type ObjectTypeOf } from './builder.ts';
import { ConnectionActionEnum, ConnectionStatusEnum, statusName } from './enums.ts';
import { idRule } from './faults.ts';

// The refusals of an operation are data: members of the result union of its mutation. For errors of the request itself,
// see faults.ts.

type Refusal =
  | NotFound
  | InvalidStatus
  | ActiveConnectionExists
  | InvalidInput
  | LimitReached
  | TooManyConnections;

const ErrorInterface = builder.interfaceRef<Refusal>('Error').implement({
  description: 'Reason why a mutation was refused. Nothing was changed.',
  fields: (t) => ({
    message: t.string({
      description: 'Description of the error, written for developers.',
      resolve: messageOf,
    }),
  }),
});

/** Refusal: a record that the input refers to does not exist. */
const NotFoundError = builder.objectRef<NotFound>('NotFoundError').implement({
  description:
    'A record that the input refers to does not exist. It never existed, was deleted, or belongs to another company.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    field: t.exposeString('field', {
      description: 'Input field that refers to the record, such as `connectionId`.',
    }),
  }),
});

/** Refusal: the status of the connection does not allow the action. */
const InvalidStatusError = builder.objectRef<InvalidStatus>('InvalidStatusError').implement({
  description: 'The status of the connection does not allow the action.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    status: t.field({
      type: ConnectionStatusEnum,
      description: 'Current status of the connection.',
      resolve: ({ connection }) => connection.status,
    }),
    allowedActions: t.field({
      type: [ConnectionActionEnum],
      description: 'Actions that are allowed now.',
      resolve: ({ allowedActions }) => [...allowedActions],
    }),
  }),
});

/** Refusal: a value breaks a rule. */
const InvalidInputError = builder.objectRef<InvalidInput>('InvalidInputError').implement({
  description: 'A value of the input is invalid.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    field: t.exposeString('field', {
      description: 'Path of the value in the input, such as `name` or `tags[2].key`.',
    }),
    rule: t.exposeString('rule', {
      description: 'Rule that the value breaks, such as `must be a UUID`.',
    }),
  }),
});

/** Refusal: the company has another active connection of the same source type and may have only one. */
export const ActiveConnectionExistsError = builder
  .objectRef<ActiveConnectionExists>('ActiveConnectionExistsError')
  .implement({
    description:
      'The company has another active connection of the same source type and may have only one.',
    interfaces: [ErrorInterface],
  });

/** Refusal: there are as many records as are allowed, or more. */
const LimitReachedError = builder
  .objectRef<LimitReached | TooManyConnections>('LimitReachedError')
  .implement({
    description: 'The maximum number of records is reached.',
    interfaces: [ErrorInterface],
    fields: (t) => ({
      limit: t.exposeInt('limit', { description: 'Maximum number of records.' }),
    }),
  });

const errorTypes = {
  NotFound: NotFoundError,
  InvalidStatus: InvalidStatusError,
  ActiveConnectionExists: ActiveConnectionExistsError,
  InvalidInput: InvalidInputError,
  LimitReached: LimitReachedError,
  TooManyConnections: LimitReachedError,
} as const;

function messageOf(refusal: Refusal): string {
  switch (refusal.kind) {
    case 'NotFound':
      return `There is no such ${refusal.what}`;
    case 'InvalidStatus':
      return `The connection is ${statusName(refusal.connection.status)}: it cannot be ${pastTense[refusal.action]}`;
    case 'ActiveConnectionExists':
      return `The company has another active ${refusal.connection.sourceType} connection and can have only one`;
    case 'LimitReached':
      return `The maximum of ${refusal.limit} ${refusal.what} is reached`;
    case 'TooManyConnections':
      return `The company has more than ${refusal.limit} connections: delete connections before you delete it`;
    case 'InvalidInput':
      return `${refusal.field} ${refusal.rule}`;
  }
}

const pastTense = {
  authorize: 'authorized',
  unlink: 'unlinked',
  deauthorize: 'deauthorized',
  delete: 'deleted',
} as const;

/** Creates the result union of a mutation: its payload and its possible refusals. */
export function resultType<Payload extends object, Kind extends Refusal['kind']>(
  mutation: string,
  payload: ObjectTypeOf<Payload>,
  refusals: readonly Kind[],
) {
  return builder.unionType(`${mutation}Result`, {
    description: `Result of ${mutation}: its payload, or the error that says why it was refused.`,
    types: [payload, ...refusals.map((kind) => errorTypes[kind])],
    resolveType: (value) => (isRefusal(value) ? errorTypes[value.kind].name : payload),
  });
}

function isRefusal(value: object): value is Refusal {
  return 'kind' in value;
}

/** Converts the result of an operation to a member of the result union of its mutation. */
export function toResult<T, E, Payload>(
  result: Result<T, E>,
  toPayload: (value: T) => Payload,
): Payload | E {
  return result.ok ? toPayload(result.value) : result.error;
}

/** Parses the ids in the input of a mutation. Refuses the first that is not a UUID. */
export function parseIds<Ids extends Record<string, CompanyId | ConnectionId | ApiKeyId>>(
  input: Record<keyof Ids, string>,
): Result<Ids, InvalidInput> {
  const ids: Partial<Ids> = {};
  for (const field of Object.keys(input) as (keyof Ids & string)[]) {
    const id = parseId<Ids[typeof field]>(input[field]);
    if (id === undefined) return refuse(invalidInput(field, idRule));
    ids[field] = id;
  }
  return ok(ids as Ids);
}
