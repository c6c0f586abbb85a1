import type { CompanyId, ConnectionId, EventId } from './id.ts';
import type { Instant } from './instant.ts';
import type { ConnectionStatus } from './status.ts';

/** The event types of a company. */
export const companyEventTypes = ['company.created', 'company.updated', 'company.deleted'] as const;

/** The event types of a connection. */
export const connectionEventTypes = [
  'connection.created',
  'connection.updated',
  'connection.connected',
  'connection.reconnected',
  'connection.disconnected',
  'connection.failed',
  'connection.deleted',
] as const;

/** The event type of a connection. */
export type ConnectionEventType = (typeof connectionEventTypes)[number];

/** Who caused a change, and why and when. */
export interface Cause {
  /** The API key's id, `anonymous`, `import`, `link` or `provider`. */
  readonly actor: string;
  readonly reason?: string;
  readonly at: Instant;
}

/** One event in the history of a connection. Events are never changed or removed. */
export interface ConnectionEvent {
  readonly id: EventId;
  /** The position in commit order: larger is later. */
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
