import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { InstantRange, Order, Page, Position, Window } from '../../lists.ts';
import { cached } from '../statements/cached.ts';
import type { Condition } from './conditions.ts';
import { boundsOf, scansDown } from './keyset-bounds.ts';
import {
  paramsOfParts,
  prepareCount,
  preparePage,
  preparePlace,
  type Listed,
  type Parts,
} from './keyset-statements.ts';

/** The options of a page. */
export interface PageOptions {
  readonly order: Order<string>;
  readonly window: Window;
  /** Limits the sort key, if it is a moment. */
  readonly range?: InstantRange | undefined;
  /** The parts to merge; the whole list if absent. */
  readonly parts?: Parts | undefined;
}

/** The statements of one paged list: one for each order, direction and shape of filter, prepared when first used. */
export class KeysetList<Row extends readonly unknown[], T> {
  readonly #listed: Listed<Row, T>;
  readonly #pages = new Map<string, ReturnType<typeof preparePage<Row, T>>>();
  readonly #places = new Map<string, ReturnType<typeof preparePlace>>();
  readonly #counts = new Map<string, ReturnType<typeof prepareCount>>();

  constructor(listed: Listed<Row, T>) {
    this.#listed = listed;
  }

  page(conditions: readonly Condition[], { order, window, range, parts }: PageOptions): Page<T> {
    if (parts?.values.length === 0) return { entries: [], more: false };
    const { limit, countedFrom } = window;
    const column = this.#sortKey(order);
    const descending = scansDown(order, window);
    const shape = [
      order.by,
      descending,
      ...(parts ? [parts.values.length, ...parts.columns.map(({ name }) => name)] : []),
      ...conditions.map((c) => c.shape),
    ].join(' ');
    const statement = cached(this.#pages, shape, () =>
      preparePage(this.#listed, column, descending, conditions, parts),
    );
    const entries = statement.all({
      ...paramsOf(conditions),
      ...paramsOfParts(parts),
      ...boundsOf(column, order, window, range),
      limit: limit + 1,
    });
    const more = entries.length > limit;
    if (more) entries.pop();
    if (countedFrom === 'end') entries.reverse();
    return { entries, more };
  }

  /** Returns the part of the window that holds its first `size` records, or `undefined` if it has no more than that. */
  nearPart({ order, window, range }: PageOptions, size: number): Window | undefined {
    const column = this.#sortKey(order);
    const descending = scansDown(order, window);
    const statement = cached(this.#places, `${order.by} ${descending}`, () =>
      preparePlace(this.#listed, column, descending),
    );
    const bounds = boundsOf(column, order, window, range);
    const place = statement.get({ ...bounds, offset: size }) as Position | undefined;
    if (place === undefined) return undefined;
    return window.countedFrom === 'start'
      ? { ...window, before: place }
      : { ...window, after: place };
  }

  /** Counts the records that meet all conditions. */
  count(conditions: readonly Condition[]): number {
    const shape = conditions.map((c) => c.shape).join(' ');
    const statement = cached(this.#counts, shape, () => prepareCount(this.#listed, conditions));
    return statement.get(paramsOf(conditions))?.count ?? 0;
  }

  #sortKey({ by }: Order<string>): AnySQLiteColumn {
    const column = this.#listed.sortKeys[by];
    if (column === undefined) throw new Error(`no sort key for ${by}`);
    return column;
  }
}

function paramsOf(conditions: readonly Condition[]): Record<string, unknown> {
  return Object.assign({}, ...conditions.map((c) => c.params)) as Record<string, unknown>;
}
