import { and, eq, gt, inArray, lt, sql } from 'drizzle-orm';
import type { drizzle } from 'drizzle-orm/better-sqlite3';
import type { ConnectionEvent } from '../../../domain/event.ts';
import type { ConnectionId } from '../../../domain/id.ts';
import type { Page, Window } from '../../lists.ts';
import { beforeDeadline } from '../statements/deadline.ts';
import { jsonList } from '../statements/sql.ts';
import { events } from '../schema/schema.ts';

/** The columns of an event, with their names in the domain. */
export const eventFields = {
  id: events.id,
  sequence: events.sequence,
  type: events.type,
  companyId: events.companyId,
  connectionId: events.connectionId,
  fromStatus: events.fromStatus,
  toStatus: events.toStatus,
  actor: events.actor,
  reason: events.reason,
  at: events.at,
};

/** Reads the histories of connections. */
export class History {
  readonly #forwards: ReturnType<typeof preparePage>;
  readonly #backwards: ReturnType<typeof preparePage>;

  constructor(db: ReturnType<typeof drizzle>) {
    this.#forwards = preparePage(db, 'asc');
    this.#backwards = preparePage(db, 'desc');
  }

  pages(
    ids: readonly ConnectionId[],
    window: Window<number>,
  ): Map<ConnectionId, Page<ConnectionEvent, number>> {
    const backwards = window.countedFrom === 'end';
    const rows = (backwards ? this.#backwards : this.#forwards).all({
      ids: JSON.stringify(ids),
      after: window.after ?? 0,
      before: window.before ?? Number.MAX_SAFE_INTEGER,
      limit: window.limit + 1,
      // The cast is safe: a CHECK on `events` ties the type to the connection id.
    }) as ConnectionEvent[];
    const pages = new Map(ids.map((id): [ConnectionId, ConnectionEvent[]] => [id, []]));
    for (const event of rows) pages.get(event.connectionId)?.push(event);
    return new Map(
      [...pages].map(([id, history]) => {
        const more = history.length > window.limit;
        if (more) history.pop();
        if (backwards) history.reverse();
        const entries = history.map((value) => ({ position: value.sequence, value }));
        return [id, { entries, more }];
      }),
    );
  }
}

/** Counts the events of connections, which may be very many. */
export class HistoryCounts {
  readonly #counts: ReturnType<typeof prepareCounts>;

  constructor(db: ReturnType<typeof drizzle>) {
    this.#counts = prepareCounts(db);
  }

  of(ids: readonly ConnectionId[]): Map<ConnectionId, number> {
    const rows = this.#counts.all({ ids: JSON.stringify(ids) });
    return new Map(rows.flatMap(({ id, count }) => (id === null ? [] : [[id, count]])));
  }
}

/** Prepares one statement that reads at most `limit` events of each connection. */
function preparePage(db: ReturnType<typeof drizzle>, direction: 'asc' | 'desc') {
  const order = sql`${events.sequence} ${sql.raw(direction)}`;
  const wanted = db
    .select({ sequence: events.sequence })
    .from(events)
    .where(
      and(
        eq(events.connectionId, sql`ids.value`),
        gt(events.sequence, sql.placeholder('after')),
        lt(events.sequence, sql.placeholder('before')),
      ),
    )
    .orderBy(order)
    .limit(sql.placeholder('limit'));
  const of = sql`json_each(${sql.placeholder('ids')}) as ids`;
  return db
    .select(eventFields)
    .from(of)
    .innerJoin(events, inArray(events.sequence, wanted))
    .orderBy(order)
    .prepare();
}

function prepareCounts(db: ReturnType<typeof drizzle>) {
  return db
    .select({ id: events.connectionId, count: sql<number>`count(*)` })
    .from(events)
    .where(and(inArray(events.connectionId, jsonList('ids')), beforeDeadline(events)))
    .groupBy(events.connectionId)
    .prepare();
}
