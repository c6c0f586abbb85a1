import type Database from 'better-sqlite3';
import { sql, type SQL } from 'drizzle-orm';
import { fold } from '../../../domain/text.ts';

/** Lets the statements of this connection call `fold`. */
export function addFoldFunction(connection: Database.Database): void {
  // Several comparisons of a long description ask for the same text one after another.
  let last = { text: '', folded: '' };
  connection.function('fold', { deterministic: true, directOnly: true }, (text: unknown) => {
    if (typeof text !== 'string') return null;
    if (text !== last.text) last = { text, folded: fold(text) };
    return last.folded;
  });
}

/**
 * A text as `fold` folds it. SQLite's own `lower` does the same to ASCII, without the way into JavaScript and back that
 * a list of all companies would make for each of them.
 */
export function folded(text: SQL): SQL {
  return sql`case when octet_length(${text}) = length(${text}) then lower(${text}) else fold(${text}) end`;
}
