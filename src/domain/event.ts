import type { CompanyId, ConnectionId, EventId } from './id.ts';
import type { Instant } from './instant.ts';
import type { ConnectionStatus } from './status.ts';

/** The event types of a company. */
const companyEventTypes = ['company.created', 'company.updated', 'company.deleted'] as const;

/** The event types of a connection. */
const connectionEventTypes = [
  'connection.created',
  'connection.updated',
  'connection.connected',
  'connection.reconnected',
  'connection.disconnected',
  'connection.failed',
  'connection.deleted',
] as const;

/** All event types. */
export const eventTypes = [...companyEventTypes, ...connectionEventTypes] as const;

/** The type of an event. */
export type EventType = (typeof eventTypes)[number];

/** The event type of a connection. */
export type ConnectionEventType = (typeof connectionEventTypes)[number];

/** Limits of the actor of an event, in characters. */
export const actorLimits = { length: 100 } as const;

/** Who caused a change, and why and when. */
export interface Cause {
  /** The API key's id, `anonymous`, `import`, `link` or `provider`. */
  readonly actor: string;
  readonly reason?: string;
  readonly at: Instant;
}

/** A change of a company or of a connection, or a failure. Events are never changed or removed. */
export interface Event {
  readonly id: EventId;
  /**
   * The position in commit order, from 1: larger is later. Once an event can be read, no event with a smaller sequence
   * appears, so a reader that continues after the last sequence it read misses nothing.
   */
  readonly sequence: number;
  readonly type: EventType;
  readonly companyId: CompanyId;
  /** Null if the event is about a company. */
  readonly connectionId: ConnectionId | null;
  readonly fromStatus: ConnectionStatus | null;
  readonly toStatus: ConnectionStatus | null;
  readonly actor: string;
  readonly reason: string | null;
  readonly at: Instant;
}

/** One event in the history of a connection. */
export interface ConnectionEvent extends Event {
  readonly type: ConnectionEventType;
  readonly connectionId: ConnectionId;
}
