import { sql, type SQL } from 'drizzle-orm';
import type { drizzle } from 'drizzle-orm/better-sqlite3';
import { lengthOf, searchKey } from '../../../domain/text.ts';
import { jsonList } from '../statements/sql.ts';
import type { Condition, IndexUse } from './conditions.ts';
import { companies } from '../schema/schema.ts';

/** The length of the shortest text that the trigram index can find. */
const minIndexed = 3;

/** Returns the query that finds a folded text in the trigram index, or `undefined` if the text is too short. */
export function searchPhrase(folded: string): string | undefined {
  return lengthOf(folded) < minIndexed ? undefined : `"${folded.replaceAll('"', '""')}"`;
}

/**
 * Returns the condition that a company's name contains the folded text `search`. `phrase` is its `searchPhrase`, if
 * any.
 */
export function nameHolds(search: SQL, phrase?: SQL): SQL {
  const contains = sql`instr(${companies.nameFolded}, ${search}) > 0`;
  return phrase === undefined
    ? contains
    : sql`${isFound(sql`(${bySearch(phrase)})`)} and ${contains}`;
}

/**
 * Returns the condition that a company's name contains a text, as `searchKey` compares them. `free` finds names by the
 * index, `hidden` tests the names that another condition, or the order, finds.
 */
export function searchCondition(text: string, use: IndexUse): Condition {
  const search = searchKey(text);
  const contains = nameHolds(given('search'));
  if (use === 'hidden') return { shape: 'search:tested', sql: contains, params: { search } };
  const { shape, serials, params } = finding(search);
  return {
    shape: `search:${shape}`,
    sql: sql`${isFound(sql`(${serials})`)} and ${contains}`,
    params: { ...params, search },
  };
}

/** Finds companies by the index of their names. */
export class NameSearch {
  readonly #finds: Record<Finding['shape'], ReturnType<typeof prepareFind>>;

  constructor(db: ReturnType<typeof drizzle>) {
    this.#finds = {
      phrase: prepareFind(db, bySearch(given('phrase'))),
      start: prepareFind(db, byStart),
    };
  }

  /**
   * Returns the condition that a company is among those found by a text, or `undefined` if there are more than `most`.
   */
  foundAmong(most: number, text: string): Condition | undefined {
    const { shape, params } = finding(searchKey(text));
    const found = this.#finds[shape].all({ ...params, limit: most + 1 });
    if (found.length > most) return undefined;
    return {
      shape: 'search:among',
      sql: isFound(jsonList('serials')),
      params: { serials: JSON.stringify(found.map(({ serial }) => serial)) },
    };
  }
}

interface Finding {
  readonly shape: 'phrase' | 'start';
  /** Selects the serials of the companies that have the text. A serial may occur more than once. */
  readonly serials: SQL;
  readonly params: Record<string, string>;
}

function finding(search: string): Finding {
  const phrase = searchPhrase(search);
  return phrase === undefined
    ? {
        shape: 'start',
        serials: byStart,
        params: { start: search, end: `${search}\u{10FFFF}\u{10FFFF}` },
      }
    : { shape: 'phrase', serials: bySearch(given('phrase')), params: { phrase } };
}

function bySearch(phrase: SQL): SQL {
  return sql`select rowid as value from companies_search where companies_search match ${phrase}`;
}

// Any one or two letters of a name start a trigram: names are indexed with two extra characters at their end.
const byStart = sql`select doc as value from companies_trigrams where term >= ${given('start')} and term <= ${given('end')}`;

function isFound(serials: SQL): SQL {
  return sql`${companies.serial} in ${serials}`;
}

function prepareFind(db: ReturnType<typeof drizzle>, serials: SQL) {
  return db
    .select({ serial: sql<number>`value` })
    .from(sql`(${serials} limit ${given('limit')})`)
    .prepare();
}

function given(name: string): SQL {
  return sql`${sql.placeholder(name)}`;
}
