import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { InstantRange, Order, Window } from '../../lists.ts';

/** A position that may lie before or after every record. */
interface Bound {
  readonly key: string | number | Buffer;
  readonly id: string;
}

// SQLite sorts numbers before texts before blobs.
const beforeEveryNumber: Bound = { key: Number.MIN_SAFE_INTEGER - 1, id: '' };
const beforeEveryText: Bound = { key: '', id: '' };
const afterEverything: Bound = { key: Buffer.alloc(0), id: '' };

/** Reports whether a page is read from its high end down. */
export function scansDown(order: Order<string>, { countedFrom }: Window): boolean {
  return order.descending !== (countedFrom === 'end');
}

/** Returns the two bounds of a window as parameters of a statement. `range` limits a sort key that is a moment. */
export function boundsOf(
  column: AnySQLiteColumn,
  { descending }: Order<string>,
  { after, before }: Window,
  range: InstantRange | undefined,
) {
  const least = column.dataType === 'string' ? beforeEveryText : beforeEveryNumber;
  const [lower, upper] = descending ? [before, after] : [after, before];
  const low = later(lower ?? least, startOf(range?.from));
  const high = earlier(upper ?? afterEverything, startOf(range?.to));
  return { lowKey: low.key, lowId: low.id, highKey: high.key, highId: high.id };
}

function startOf(instant: number | undefined): Bound | undefined {
  return instant === undefined ? undefined : { key: instant, id: '' };
}

function later(a: Bound, b: Bound | undefined): Bound {
  return b === undefined || compareBounds(a, b) >= 0 ? a : b;
}

function earlier(a: Bound, b: Bound | undefined): Bound {
  return b === undefined || compareBounds(a, b) <= 0 ? a : b;
}

/** Compares bounds whose keys are moments or lie beyond all moments. */
function compareBounds(a: Bound, b: Bound): number {
  if (a.key === b.key) return a.id < b.id ? -1 : 1;
  if (typeof a.key !== 'number') return 1;
  if (typeof b.key !== 'number') return -1;
  return a.key - b.key;
}
