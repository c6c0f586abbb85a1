import type Database from 'better-sqlite3';
import type { Findings } from './findings.ts';

/**
 * Checks that the search index holds every live company under its name, and nothing else. The index stores no names, so
 * the check compares a sum over the trigrams of each name and their positions. `isWithEnds` says whether names are
 * indexed with two extra characters at their end, which make their last letters searchable.
 */
export function checkSearch(db: Database.Database, isWithEnds: boolean, findings: Findings): void {
  for (const { id } of db.prepare<[], Company>(notIndexed).iterate()) {
    findings.add('search', `company ${id} is not in the search index`);
  }
  for (const { serial } of db.prepare<[], { serial: number }>(indexedForNothing).iterate()) {
    findings.add('search', `the search index has row ${serial}, which is not a live company`);
  }
  // A virtual table, temporary to this connection, that shows the content of an index.
  db.exec('CREATE VIRTUAL TABLE temp.trigrams USING fts5vocab(main, companies_search, instance)');
  const sums = db.prepare<[], [serial: number, sum: number]>(trigramSums).raw().iterate();
  try {
    let [serial, sum] = next(sums);
    for (const company of db.prepare<[], IndexedCompany>(indexed).iterate()) {
      while (serial < company.serial) [serial, sum] = next(sums);
      const actual = serial === company.serial ? sum : 0;
      if (actual !== trigramSum(company.nameFolded + (isWithEnds ? ends : ''))) {
        findings.add('search', `company ${company.id} is in the search index under another name`);
      }
    }
  } finally {
    sums.return?.();
  }
}

interface Company {
  readonly id: string;
}

interface IndexedCompany extends Company {
  readonly serial: number;
  readonly nameFolded: string;
}

const notIndexed = `
  SELECT id FROM companies
  WHERE deleted_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM companies_search_docsize WHERE id = companies.serial)`;

const indexedForNothing = `
  SELECT id AS serial FROM companies_search_docsize AS indexed
  WHERE NOT EXISTS (SELECT 1 FROM companies WHERE serial = indexed.id AND deleted_at IS NULL)`;

const indexed = `
  SELECT serial, id, name_folded AS nameFolded FROM companies
  WHERE deleted_at IS NULL
    AND EXISTS (SELECT 1 FROM companies_search_docsize WHERE id = companies.serial)
  ORDER BY serial`;

const trigramSums = `
  SELECT doc, sum(unicode(term) * (offset + 1) + unicode(substr(term, 3)) * (offset + 3))
  FROM temp.trigrams GROUP BY doc ORDER BY doc`;

/** Computes the sum of `trigramSums`: the first and last letter of each trigram, weighted by position. */
function trigramSum(name: string): number {
  const weights = Array.from(name, (letter, index) => (letter.codePointAt(0) ?? 0) * (index + 1));
  return [...weights.slice(0, -2), ...weights.slice(2)].reduce((sum, it) => sum + it, 0);
}

const ends = '\u0001\u0001';

const end = [Number.POSITIVE_INFINITY, 0] as const;

function next(sums: IterableIterator<[number, number]>): readonly [serial: number, sum: number] {
  const { done, value } = sums.next();
  return done ? end : value;
}
