import type { Connection } from '../domain/connection.ts';
import type { Cause, ConnectionEvent, Event, EventType } from '../domain/event.ts';
import type { CompanyId, ConnectionId } from '../domain/id.ts';
import type { InstantRange, Page, Window } from './lists.ts';

/** Conditions for events. An event must meet all that are given. */
export interface EventFilter {
  /** The event must have one of these types. An empty list matches nothing. */
  readonly types?: readonly EventType[] | undefined;
  /** The company of the event, whether or not it was deleted. */
  readonly companyId?: CompanyId | undefined;
  /** The connection of the event, whether or not it was deleted. */
  readonly connectionId?: ConnectionId | undefined;
  readonly actor?: string | undefined;
  readonly at?: InstantRange | undefined;
}

/** Reads events, also those of deleted companies and connections. */
export interface EventReader {
  /** Returns a page of all events that meet a filter, oldest first. A position is an event's `sequence`. */
  page(filter: EventFilter, window: Window<number>): Promise<Page<Event, number>>;
  count(filter: EventFilter): Promise<number>;
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
  /** Appends a change of something that the connection's own row does not hold to its history. */
  noteUpdate(connection: Connection, cause: Cause): Promise<void>;
}
