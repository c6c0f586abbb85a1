import type { CompanyId, ConnectionId, EventId } from './id.ts';
import type { Instant } from './instant.ts';
import type { ConnectionStatus } from './status.ts';

/** What can happen to a company. */
export const companyEventTypes = ['company.created', 'company.updated', 'company.deleted'] as const;

/** What can happen to a connection. */
export const connectionEventTypes = [
  'connection.created',
  'connection.updated',
  'connection.connected',
  'connection.reconnected',
  'connection.disconnected',
  'connection.failed',
  'connection.deleted',
] as const;

/** What can happen to a connection. */
export type ConnectionEventType = (typeof connectionEventTypes)[number];

/** Who caused a change, and why and when. */
export interface Cause {
  /** The API key's id, `anonymous`, `import`, `link` or `provider`. */
  readonly actor: string;
  readonly reason?: string;
  readonly at: Instant;
}

/** One thing that happened to a connection; events are never changed or removed. */
export interface ConnectionEvent {
  readonly id: EventId;
  /** Its place in the order in which events were committed: larger is later. */
  readonly sequence: number;
  readonly type: ConnectionEventType;
  readonly companyId: CompanyId;
  readonly connectionId: ConnectionId;
  readonly fromStatus: ConnectionStatus | null;
  readonly toStatus: ConnectionStatus | null;
  readonly actor: string;
  readonly reason: string | null;
  readonly at: Instant;
}
