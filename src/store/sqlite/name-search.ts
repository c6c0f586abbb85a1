import { sql, type SQL } from 'drizzle-orm';
import { lengthOf } from '../../domain/text.ts';
import { companies } from './schema.ts';

/** The shortest text that the trigram index can find. */
const shortestIndexed = 3;

/** What the trigram index is asked for to find a folded text, or `undefined` if that is too short for it. */
export function searchPhrase(folded: string): string | undefined {
  return lengthOf(folded) < shortestIndexed ? undefined : `"${folded.replaceAll('"', '""')}"`;
}

/** The condition that a company's name contains the folded text `search`; `phrase` is its `searchPhrase`, if any. */
export function nameHolds(search: SQL, phrase?: SQL): SQL {
  const contains = sql`instr(${companies.nameFolded}, ${search}) > 0`;
  return phrase === undefined
    ? contains
    : sql`${companies.serial} in (select rowid from companies_search where companies_search match ${phrase}) and ${contains}`;
}
