import type Database from 'better-sqlite3';
import { fold } from '../../../domain/text.ts';

/** Adds the SQL function `fold` to a connection. Migrations use it, too. */
export function addFoldFunction(connection: Database.Database): void {
  // Keep the last text: several comparisons of one long description fold it one after another.
  let last = { text: '', folded: '' };
  connection.function('fold', { deterministic: true, directOnly: true }, (text: unknown) => {
    if (typeof text !== 'string') return null;
    if (text !== last.text) last = { text, folded: fold(text) };
    return last.folded;
  });
}
