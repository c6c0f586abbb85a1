import {
  newId,
  type CompanyId,
  type ConnectionId,
  type IntegrationId,
  type SourceId,
} from './id.ts';
import type { Instant } from './instant.ts';
import type { Integration } from './integration.ts';
import type { SourceType } from './source-type.ts';
import type { ConnectionStatus, Situation } from './status.ts';

/** One company's connection to one integration. */
export interface Connection {
  readonly id: ConnectionId;
  readonly companyId: CompanyId;
  readonly integrationId: IntegrationId;
  /** The information source: the integration's own, unless linking or an import sets a finer one, such as a bank. */
  readonly sourceId: SourceId;
  readonly sourceType: SourceType;
  readonly status: ConnectionStatus;
  /** When data was last read; `null` if never. */
  readonly lastSync: Instant | null;
  readonly created: Instant;
}

/** Identifies a connection and the company that it must belong to. */
export interface ConnectionRef {
  readonly companyId: CompanyId;
  readonly connectionId: ConnectionId;
}

/** Returns a new connection of a company to an integration, in the status PendingAuth. */
export function newConnection(
  companyId: CompanyId,
  integration: Integration,
  created: Instant,
): Connection {
  return {
    id: newId<ConnectionId>(),
    companyId,
    integrationId: integration.id,
    sourceId: integration.sourceId,
    sourceType: integration.sourceType,
    status: 'PendingAuth',
    lastSync: null,
    created,
  };
}

/** An active connection of a source type that allows a company only one. */
export type ActiveConnection = Pick<Connection, 'id' | 'companyId' | 'sourceType'>;

/** Returns what the rules need to know about a connection, given its company's active connections. */
export function situationOf(
  connection: Connection,
  activeOfCompany: readonly ActiveConnection[],
): Situation {
  const rival = activeOfCompany.find(
    ({ id, sourceType }) => id !== connection.id && sourceType === connection.sourceType,
  );
  return {
    status: connection.status,
    sourceType: connection.sourceType,
    activeRival: rival?.id,
  };
}

/** Returns when data was last read through any of these connections; `null` if never. */
export function newestSync(connections: readonly Pick<Connection, 'lastSync'>[]): Instant | null {
  let newest: Instant | null = null;
  for (const { lastSync } of connections) {
    if (lastSync !== null && (newest === null || lastSync > newest)) newest = lastSync;
  }
  return newest;
}
