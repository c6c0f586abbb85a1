import type { CompanyConnectionStatus } from '../../../store/companies.ts';
import type { ConnectionStatus, RequestableAction } from '../../../domain/status.ts';
import type { SourceType } from '../../../domain/source-type.ts';
import type { EventType } from '../../../domain/event.ts';
import { builder } from './builder.ts';

/** Schema name and description of each value of a domain enum. */
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
    description: 'The company has not authorized access to the platform yet.',
  },
  Linked: {
    name: 'LINKED',
    description: 'The company has authorized access. New data can be read and written.',
  },
  Unlinked: {
    name: 'UNLINKED',
    description:
      'You unlinked the connection. Data that was read stays readable. New data can be read and written only after the company authorizes access again.',
  },
  Deauthorized: {
    name: 'DEAUTHORIZED',
    description:
      'The company revoked the access, it expired, or the platform refused it twice, minutes apart. Data that was read stays readable. New data can be read and written only after the company authorizes access again, or if the platform accepts the old access again within 7 days: then the connection becomes LINKED by itself.',
  },
};

/** Returns the name of a status in the schema. */
export function statusName(status: ConnectionStatus): string {
  return statuses[status].name;
}

/** The status of a connection. */
export const ConnectionStatusEnum = enumOf<ConnectionStatus>(
  'ConnectionStatus',
  'Status of a connection. Only a LINKED connection is active.',
  statuses,
);

/** Statuses of a company's connections, and a value for a company without connections. */
export const CompanyConnectionStatusEnum = enumOf<CompanyConnectionStatus>(
  'CompanyConnectionStatus',
  'Status of the connections of a company.',
  {
    ...statuses,
    NoConnections: { name: 'NO_CONNECTIONS', description: 'The company has no connections.' },
  },
);

/** Type of source that an integration reads from. */
export const SourceTypeEnum = enumOf<SourceType>(
  'SourceType',
  'Type of source that an integration reads from.',
  {
    Accounting: {
      name: 'ACCOUNTING',
      description: 'Accounting software. A company has at most one active connection of this type.',
    },
    Banking: { name: 'BANKING', description: 'Bank accounts.' },
    BankFeed: {
      name: 'BANK_FEED',
      description:
        'Feed of bank transactions into accounting software. A company has at most one active connection of this type.',
    },
    Commerce: { name: 'COMMERCE', description: 'Shops, points of sale and payments.' },
    Expense: { name: 'EXPENSE', description: 'Expenses that are sent to accounting software.' },
    Other: { name: 'OTHER', description: 'Another type of source.' },
    Unknown: { name: 'UNKNOWN', description: 'The type of source is not known.' },
  },
);

/** Actions that a caller can request on a connection. */
export const ConnectionActionEnum = enumOf<RequestableAction>(
  'ConnectionAction',
  'Action on a connection.',
  {
    authorize: {
      name: 'AUTHORIZE',
      description: 'Authorize access for the first time, or again.',
    },
    unlink: { name: 'UNLINK', description: 'Unlink the connection with `unlinkConnection`.' },
    delete: { name: 'DELETE', description: 'Delete the connection with `deleteConnection`.' },
  },
);

/** Types of events. */
export const EventTypeEnum = enumOf<EventType>(
  'EventType',
  'Type of an event. `COMPANY_…` types are about a company, `CONNECTION_…` types about a connection. Later versions may add types.',
  {
    'company.created': {
      name: 'COMPANY_CREATED',
      description: 'The company was created by a request or by an import.',
    },
    'company.updated': {
      name: 'COMPANY_UPDATED',
      description: 'The name, the description or the tags of the company changed.',
    },
    'company.deleted': {
      name: 'COMPANY_DELETED',
      description: 'The company was deleted, after its connections.',
    },
    'connection.created': {
      name: 'CONNECTION_CREATED',
      description: 'The connection was created by a request, by linking or by an import.',
    },
    'connection.updated': {
      name: 'CONNECTION_UPDATED',
      description:
        'The details of the connection changed, or the scopes that the platform grants, but not its status.',
    },
    'connection.connected': {
      name: 'CONNECTION_CONNECTED',
      description: 'The connection was authorized for the first time.',
    },
    'connection.reconnected': {
      name: 'CONNECTION_RECONNECTED',
      description:
        'The connection was authorized again, or the platform accepts its earlier access again.',
    },
    'connection.disconnected': {
      name: 'CONNECTION_DISCONNECTED',
      description: 'The connection was unlinked or deauthorized. `toStatus` says which.',
    },
    'connection.failed': {
      name: 'CONNECTION_FAILED',
      description: 'An attempt to authorize the connection failed. Its status did not change.',
    },
    'connection.deleted': {
      name: 'CONNECTION_DELETED',
      description: 'The connection was deleted.',
    },
  },
);
