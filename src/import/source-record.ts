import type { ReadText } from './record-text.ts';

/** A record of the input, or the place of one that cannot be read. */
export type SourceRecord =
  | {
      readonly place: string;
      readonly value: unknown;
      /** The length of its text. */
      readonly bytes: number;
    }
  | { readonly place: string; readonly unreadable: string };

/** Returns the record that was read at a place. */
export function sourceRecord(place: string, read: ReadText): SourceRecord {
  return 'value' in read ? { place, ...read } : { place, unreadable: read.unreadable };
}

/** Returns the place at which reading ends before the input does, with the rule that the input breaks there. */
export function lastRecord(place: string, rule: string): SourceRecord {
  return { place, unreadable: `${rule}; the rest of the file was not read` };
}

/** The rule for white space between records, which is not kept but takes time. */
export const tooMuchSpace = 'follows more than 1 MiB of white space';
