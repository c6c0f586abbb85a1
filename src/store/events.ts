import type { Connection } from '../domain/connection.ts';
import type { Cause, ConnectionEvent } from '../domain/event.ts';
import type { ConnectionId } from '../domain/id.ts';
import type { Page, Window } from './lists.ts';

/** Reads events. */
export interface EventReader {
  /** Returns a page of each connection's history, oldest first. A position is an event's `sequence`. */
  byConnectionIds(
    ids: readonly ConnectionId[],
    window: Window<number>,
  ): Promise<Map<ConnectionId, Page<ConnectionEvent, number>>>;
  countsByConnectionIds(ids: readonly ConnectionId[]): Promise<Map<ConnectionId, number>>;
}

/** Appends events that do not come with a change. */
export interface EventWriter extends EventReader {
  /** Appends a failure that changed nothing to a connection's history. */
  noteFailure(connection: Connection, cause: Cause): Promise<void>;
}
