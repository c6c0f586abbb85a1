import { z } from 'zod';
import type { Position } from '../../../store/lists.ts';
import { badUserInput } from './faults.ts';

/** Encodes a position in a list as a cursor. `list` names the list and its order, so that no other list accepts it. */
export function encodeCursor(list: string, place: Position | number): string {
  const parts = typeof place === 'number' ? [list, place] : [list, place.key, place.id];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

const position = z.tuple([z.string(), z.union([z.string(), z.int()]), z.string()]);
const sequence = z.tuple([z.string(), z.int()]);

/** Decodes a cursor of a list whose positions are sort keys (of the type `key`) and ids. */
export function decodePosition(
  argument: string,
  list: string,
  key: 'string' | 'number',
  cursor: string | null | undefined,
): Position | undefined {
  if (cursor === null || cursor === undefined) return undefined;
  const [, sortKey, id] = decode(argument, list, position, cursor);
  if (typeof sortKey !== key) throw badCursor(argument);
  return { key: sortKey, id };
}

/** Decodes a cursor of a list whose positions are numbers. */
export function decodeSequence(
  argument: string,
  list: string,
  cursor: string | null | undefined,
): number | undefined {
  return cursor === null || cursor === undefined
    ? undefined
    : decode(argument, list, sequence, cursor)[1];
}

function decode<Parts extends [string, ...unknown[]]>(
  argument: string,
  list: string,
  parts: z.ZodType<Parts>,
  cursor: string,
): Parts {
  const parsed = parts.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (!parsed.success) throw badCursor(argument);
  if (parsed.data[0] !== list) {
    throw badUserInput(argument, 'must be a cursor from a list with the same order');
  }
  return parsed.data;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function badCursor(argument: string) {
  return badUserInput(argument, 'must be a cursor that this API returned');
}
