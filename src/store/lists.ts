import type { Instant } from '../domain/instant.ts';
import type { Order } from '../query/order.ts';

export type { Order };

// Lists are read in two kinds of parts. A page lies between two places and is found by its sort key, without reading what
// comes before, so a list can be read to its end. A slice is given by offset and limit; its caller writes the conditions.

/** Moments from `from` (included) to `to` (excluded); an absent end is open. */
export interface InstantRange {
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
}

/** A place in an ordered list: the sort key and the id of the record that stands, or stood, there. */
export interface Position {
  readonly key: string | number;
  readonly id: string;
}

/** Which part of an ordered list: at most `limit` records between two places, counted from one end. */
export interface Window<Place = Position> {
  readonly after?: Place | undefined;
  readonly before?: Place | undefined;
  readonly limit: number;
  readonly countedFrom: 'start' | 'end';
}

/** A part of an ordered list, in the list's order; `more` says whether records between the two places were left out. */
export interface Page<T, Place = Position> {
  readonly entries: readonly { readonly position: Place; readonly value: T }[];
  readonly more: boolean;
}

/** Which part of a list: at most `limit` records after the first `offset`. */
export interface Slice {
  readonly offset: number;
  readonly limit: number;
}

/** A part of a list, in the list's order. */
export interface Matches<T> {
  /** How many records the whole list had at the moment at which this part of it was read. */
  readonly total: number;
  readonly records: readonly T[];
}
