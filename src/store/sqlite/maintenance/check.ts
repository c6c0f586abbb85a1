import type Database from 'better-sqlite3';
import { checkHistories } from './check-histories.ts';
import { checkCompanies } from './check-companies.ts';
import { checkCredentials } from './check-credentials.ts';
import { checkSearch } from './check-search.ts';
import { checkAnswerTotals, checkTotals } from './check-totals.ts';
import { checkPages, checkReferences, checkSchema } from './check-structure.ts';
import { asUnavailable, isDamage } from '../files/errors.ts';
import { Findings, type FindingsOfKind } from './findings.ts';
import type { SchemaVersion } from '../schema/migrate.ts';
import { openMoment } from '../files/read-snapshot.ts';

/** The schema version that introduced the totals, and the ends of names in the search index. */
const versionWithTotals = 8;
/** The version that brought the totals of stored responses. */
const versionWithAnswerTotals = 11;
/** The version that folded names again, without marks and invisible characters. */
const versionWithoutMarks = 13;
/** The version in which credentials can be kept of Deauthorized connections. */
const versionWithKeptCredentials = 15;

/** The result of a check of a database. */
export interface CheckReport {
  readonly version: SchemaVersion;
  /** The numbers of rows, including deleted records; `undefined` if the file is too damaged to count them. */
  readonly counts: Counts | undefined;
  readonly findings: readonly FindingsOfKind[];
  /** Whether the file itself is damaged, not only its records wrong. */
  readonly isDamaged: boolean;
}

/** The numbers of rows of a database. */
interface Counts {
  readonly companies: number;
  readonly connections: number;
  readonly events: number;
}

/**
 * Checks a database, as it is at one moment and without changing it: its pages, references, tables and rules, and
 * whether its records agree with their history, the search index and the totals. Works row by row, so memory does not
 * grow with the database. Throws `StoreUnavailableError` if it cannot be read, is not ours or is of a newer version.
 */
export function checkDatabase(file: string): CheckReport {
  const { db, version } = openMoment(file);
  try {
    return check(db, version);
  } catch (error) {
    throw asUnavailable(file, error);
  } finally {
    db.close();
  }
}

function check(db: Database.Database, version: SchemaVersion): CheckReport {
  const findings = new Findings();
  const counts = whereReadable(findings, () => {
    checkPages(db, findings);
    checkSchema(db, version, findings);
    // Damaged pages say nothing about the records, and without tables there are none.
    if (findings.has('damage') || version.applied === 0) return undefined;
    checkReferences(db, findings);
    return countRows(db);
  });
  if (counts !== undefined && !findings.has('schema')) {
    whereReadable(findings, () => {
      checkCompanies(db, version.applied >= versionWithoutMarks, findings);
      checkHistories(db, findings);
      const hasTotals = version.applied >= versionWithTotals;
      checkSearch(db, hasTotals, findings);
      if (hasTotals) checkTotals(db, findings);
      if (version.applied >= versionWithAnswerTotals) checkAnswerTotals(db, findings);
      if (version.applied >= versionWithKeptCredentials) checkCredentials(db, findings);
    });
  }
  return {
    version,
    counts,
    findings: findings.all(),
    isDamaged: counts === undefined || findings.has('damage') || findings.has('reference'),
  };
}

/** Runs `work`, and adds a failure to read a damaged page to the findings. */
function whereReadable<T>(findings: Findings, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!isDamage(error)) throw error;
    findings.add('damage', (error as Error).message);
    return undefined;
  }
}

function countRows(db: Database.Database): Counts {
  const count = (table: string) =>
    db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0;
  return {
    companies: count('companies'),
    connections: count('connections'),
    events: count('events'),
  };
}
