import { and, asc, gt, inArray, lt, sql, type SQL } from 'drizzle-orm';
import type { drizzle } from 'drizzle-orm/better-sqlite3';
import { unionAll } from 'drizzle-orm/sqlite-core';
import type { Event } from '../../../domain/event.ts';
import type { EventFilter } from '../../events.ts';
import type { Page, Window } from '../../lists.ts';
import { events } from '../schema/schema.ts';
import { cached } from '../statements/cached.ts';
import { beforeDeadline } from '../statements/deadline.ts';
import { jsonList } from '../statements/sql.ts';
import { rangeConditions, underUse, type Condition, type IndexUse } from './conditions.ts';
import { eventFields } from './history.ts';

type Db = ReturnType<typeof drizzle>;

/** The conditions of a filter whose index is used, the most selective first. The others are tested on each row. */
const preference = ['connectionId', 'companyId', 'actor', 'types', 'at'] as const;
type Preferred = (typeof preference)[number] | undefined;

/** The list of all events, in their sequence. */
export class EventFeed {
  readonly #db: Db;
  readonly #pages = new Map<string, ReturnType<typeof preparePage>>();
  readonly #counts = new Map<string, ReturnType<typeof prepareCount>>();

  constructor(db: Db) {
    this.#db = db;
  }

  page(filter: EventFilter, window: Window<number>): Page<Event, number> {
    const wanted = wantedBy(filter);
    if (wanted.parts.length === 0) return { entries: [], more: false };
    const backwards = window.countedFrom === 'end';
    const shape = `${backwards} ${wanted.shape}`;
    const statement = cached(this.#pages, shape, () => preparePage(this.#db, wanted, backwards));
    const rows: Event[] = statement.all({
      ...wanted.params,
      after: window.after ?? 0,
      before: window.before ?? Number.MAX_SAFE_INTEGER,
      limit: window.limit + 1,
    });
    const more = rows.length > window.limit;
    if (more) rows.splice(backwards ? 0 : window.limit, 1);
    return { entries: rows.map((value) => ({ position: value.sequence, value })), more };
  }

  count(filter: EventFilter): number {
    const wanted = wantedBy(filter);
    if (wanted.parts.length === 0) return 0;
    const statement = cached(this.#counts, wanted.shape, () => prepareCount(this.#db, wanted));
    return statement.all(wanted.params).reduce((sum, part) => sum + part.count, 0);
  }
}

/** The events that meet a filter, in parts that each are in sequence in one index. An event is in at most one part. */
interface Wanted {
  readonly parts: readonly SQL[];
  /** Whether the parts are in sequence. A range of time is in the order of time. */
  readonly isInSequence: boolean;
  readonly shape: string;
  readonly params: Record<string, unknown>;
}

function wantedBy(filter: EventFilter): Wanted {
  const preferred = preference.find((name) => filter[name] !== undefined);
  const isByType = preferred === 'types';
  const types = isByType ? [...new Set(filter.types)] : [];
  const conditions = conditionsOf(filter, preferred);
  const common = and(beforeDeadline(events), ...conditions.map((it) => it.sql));
  return {
    parts: isByType
      ? types.map((_, n) => sql`${events.type} = ${sql.placeholder(`type${n}`)} and ${common}`)
      : [sql`${common}`],
    isInSequence: preferred !== 'at',
    shape: [types.length, ...conditions.map((it) => it.shape)].join(' '),
    params: Object.assign(
      {},
      ...conditions.map((it) => it.params),
      ...types.map((type, n) => ({ [`type${n}`]: type })),
    ) as Record<string, unknown>,
  };
}

/** Returns all conditions but that of the types if they are `preferred`. */
function conditionsOf(filter: EventFilter, preferred: Preferred): Condition[] {
  const { connectionId, companyId, actor, types, at } = filter;
  const use = (name: Preferred): IndexUse => (name === preferred ? 'free' : 'hidden');
  return [
    ...isEqual('connectionId', connectionId, use('connectionId')),
    ...isEqual('companyId', companyId, use('companyId')),
    ...isEqual('actor', actor, use('actor')),
    ...(types === undefined || preferred === 'types' ? [] : [isOfTypes(types)]),
    ...rangeConditions('at', events.at, at, use('at')),
  ];
}

function isEqual(
  name: 'connectionId' | 'companyId' | 'actor',
  value: string | undefined,
  use: IndexUse,
): Condition[] {
  if (value === undefined) return [];
  const condition = sql`${underUse(events[name], use)} = ${sql.placeholder(name)}`;
  return [{ shape: `${name}:${use}`, sql: condition, params: { [name]: value } }];
}

function isOfTypes(types: readonly string[]): Condition {
  return {
    shape: 'types',
    sql: sql`${underUse(events.type, 'hidden')} in ${jsonList('types')}`,
    params: { types: JSON.stringify(types) },
  };
}

function preparePage(db: Db, { parts, isInSequence }: Wanted, backwards: boolean) {
  const bounds = and(
    gt(events.sequence, sql.placeholder('after')),
    lt(events.sequence, sql.placeholder('before')),
  );
  const [first, second, ...rest] = parts.map((part) =>
    db.select({ sequence: events.sequence }).from(events).where(and(part, bounds)),
  );
  if (first === undefined) throw new Error('a page must read at least one part');
  // By the number of the column, because a union has no table to name in its order. The plus keeps the planner from reading all events in sequence
  // to avoid sorting those of a range of time.
  const column = sql.raw(second || isInSequence ? '1' : `+sequence`);
  const order = sql`${column} ${sql.raw(backwards ? 'desc' : 'asc')}`;
  const all = second === undefined ? first : unionAll(first, second, ...rest);
  const wanted = all.orderBy(order).limit(sql.placeholder('limit'));
  return db
    .select(eventFields)
    .from(events)
    .where(inArray(events.sequence, wanted))
    .orderBy(asc(events.sequence))
    .prepare();
}

function prepareCount(db: Db, { parts }: Wanted) {
  const [first, second, ...rest] = parts.map((part) =>
    db
      .select({ count: sql<number>`count(*)` })
      .from(events)
      .where(part),
  );
  if (first === undefined) throw new Error('a count must read at least one part');
  return second === undefined ? first.prepare() : unionAll(first, second, ...rest).prepare();
}
