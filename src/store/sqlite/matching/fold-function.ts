import type Database from 'better-sqlite3';
import { sql, type SQL } from 'drizzle-orm';
import { fold } from '../../../domain/text.ts';

/** Adds the SQL function `fold` to a connection. */
export function addFoldFunction(connection: Database.Database): void {
  // Keep the last text: several comparisons of one long description fold it one after another.
  let last = { text: '', folded: '' };
  connection.function('fold', { deterministic: true, directOnly: true }, (text: unknown) => {
    if (typeof text !== 'string') return null;
    if (text !== last.text) last = { text, folded: fold(text) };
    return last.folded;
  });
}

/**
 * Returns the SQL that folds a text as `fold` does. For ASCII, SQLite's `lower` does the same, without a call into
 * JavaScript for each company in a list.
 */
export function folded(text: SQL): SQL {
  return sql`case when octet_length(${text}) = length(${text}) then lower(${text}) else fold(${text}) end`;
}
