import type { Connection } from '../domain/connection.ts';
import type { Cause, ConnectionEvent } from '../domain/event.ts';
import type { ConnectionId } from '../domain/id.ts';
import type { Page, Window } from './lists.ts';

/** Reads what happened. */
export interface EventReader {
  /** A part of each connection's history, oldest first, where a place is an event's `sequence`. */
  byConnectionIds(
    ids: readonly ConnectionId[],
    window: Window<number>,
  ): Promise<Map<ConnectionId, Page<ConnectionEvent, number>>>;
  countsByConnectionIds(ids: readonly ConnectionId[]): Promise<Map<ConnectionId, number>>;
}

/** Appends what happened, where it does not come with a change. */
export interface EventWriter extends EventReader {
  /** Tells a connection's history that something failed which changed nothing. */
  noteFailure(connection: Connection, cause: Cause): Promise<void>;
}
