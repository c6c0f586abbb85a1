import type { CompanyConnectionStatus } from '../../../store/companies.ts';
import type { ConnectionStatus, RequestableAction } from '../../../domain/status.ts';
import type { SourceType } from '../../../domain/source-type.ts';
import type { ConnectionEventType } from '../../../domain/event.ts';
import { builder } from './builder.ts';

/** Describes the values of an enum of the domain, and names each in the schema. */
type Values<T extends string> = Record<T, { readonly name: string; readonly description: string }>;

function enumOf<T extends string>(name: string, description: string, values: Values<T>) {
  return builder.enumType(name, {
    description,
    values: Object.fromEntries(
      Object.entries<Values<T>[T]>(values).map(([value, it]) => [
        it.name,
        { value: value as T, description: it.description },
      ]),
    ),
  });
}

const statuses: Values<ConnectionStatus> = {
  PendingAuth: {
    name: 'PENDING_AUTH',
    description: 'The company has chosen the platform, but has not authorized access to it yet.',
  },
  Linked: {
    name: 'LINKED',
    description: 'The company has authorized access: new data can be read and written.',
  },
  Unlinked: {
    name: 'UNLINKED',
    description:
      'You gave up the access. What was read stays readable; new data can be read and written only after the company has authorized again.',
  },
  Deauthorized: {
    name: 'DEAUTHORIZED',
    description:
      'The company took back the access, or it expired. What was read stays readable; new data can be read and written only after the company has authorized again.',
  },
};

/** The name of a status in the schema. */
export function statusName(status: ConnectionStatus): string {
  return statuses[status].name;
}

/** The status of a connection. */
export const ConnectionStatusEnum = enumOf<ConnectionStatus>(
  'ConnectionStatus',
  'The status of a connection. Only a LINKED connection is active.',
  statuses,
);

/** The statuses of a company's connections. */
export const CompanyConnectionStatusEnum = enumOf<CompanyConnectionStatus>(
  'CompanyConnectionStatus',
  "The status of a company's connections.",
  {
    ...statuses,
    NoConnections: { name: 'NO_CONNECTIONS', description: 'The company has no connection.' },
  },
);

/** What kind of source an integration reads from. */
export const SourceTypeEnum = enumOf<SourceType>(
  'SourceType',
  'What kind of source an integration reads from.',
  {
    Accounting: {
      name: 'ACCOUNTING',
      description: 'Accounting software. A company has at most one active connection of this type.',
    },
    Banking: { name: 'BANKING', description: 'Bank accounts.' },
    BankFeed: {
      name: 'BANK_FEED',
      description:
        'A feed of bank transactions into accounting software. A company has at most one active connection of this type.',
    },
    Commerce: { name: 'COMMERCE', description: 'Shops, points of sale and payments.' },
    Expense: { name: 'EXPENSE', description: 'Expenses that are sent to accounting software.' },
    Other: { name: 'OTHER', description: 'Another kind of source.' },
    Unknown: { name: 'UNKNOWN', description: 'The kind of source is not known.' },
  },
);

/** What a caller can ask of a connection. */
export const ConnectionActionEnum = enumOf<RequestableAction>(
  'ConnectionAction',
  'What can be asked of a connection.',
  {
    authorize: {
      name: 'AUTHORIZE',
      description: 'The company authorizes access, for the first time or again.',
    },
    unlink: { name: 'UNLINK', description: 'Give up the access: `unlinkConnection`.' },
    delete: { name: 'DELETE', description: 'Delete the connection: `deleteConnection`.' },
  },
);

/** What can happen to a connection. */
export const EventTypeEnum = enumOf<ConnectionEventType>(
  'EventType',
  'What happened to a connection.',
  {
    'connection.created': {
      name: 'CONNECTION_CREATED',
      description: 'It was created, by a request or by an import.',
    },
    'connection.updated': {
      name: 'CONNECTION_UPDATED',
      description: 'Its details changed, but not its status.',
    },
    'connection.connected': {
      name: 'CONNECTION_CONNECTED',
      description: 'It was authorized for the first time.',
    },
    'connection.reconnected': {
      name: 'CONNECTION_RECONNECTED',
      description: 'It was authorized again.',
    },
    'connection.disconnected': {
      name: 'CONNECTION_DISCONNECTED',
      description: 'It was unlinked or deauthorized: `toStatus` says which.',
    },
    'connection.failed': {
      name: 'CONNECTION_FAILED',
      description: 'An attempt to authorize it failed; its status stayed as it was.',
    },
    'connection.deleted': { name: 'CONNECTION_DELETED', description: 'It was deleted.' },
  },
);
