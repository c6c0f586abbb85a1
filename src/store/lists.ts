import type { Instant } from '../domain/instant.ts';
import type { Order } from '../query/order.ts';

export type { Order };

// A list is read in pages or in slices. A page lies between two positions and is found by its sort key, without reading
// what comes before, so a list can be read to its end. A slice has an offset and a limit; its caller writes the
// conditions.

/** The moments from `from` (inclusive) to `to` (exclusive). An absent bound is open. */
export interface InstantRange {
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
}

/** A position in an ordered list: the sort key and the id of the record that is, or was, there. */
export interface Position {
  readonly key: string | number;
  readonly id: string;
}

/** Selects a page of an ordered list: at most `limit` records between two positions, counted from one end. */
export interface Window<Place = Position> {
  readonly after?: Place | undefined;
  readonly before?: Place | undefined;
  readonly limit: number;
  readonly countedFrom: 'start' | 'end';
}

/** A page of an ordered list, in list order. `more` says whether records between the two positions were left out. */
export interface Page<T, Place = Position> {
  readonly entries: readonly { readonly position: Place; readonly value: T }[];
  readonly more: boolean;
}

/** Selects a slice of a list: at most `limit` records after the first `offset`. */
export interface Slice {
  readonly offset: number;
  readonly limit: number;
}

/** A slice of a list, in list order. */
export interface Matches<T> {
  /** The number of records in the whole list when the slice was read. */
  readonly total: number;
  readonly records: readonly T[];
}
