import type Database from 'better-sqlite3';
import type { Findings } from './findings.ts';

/** Checks that only Linked connections have credentials, and Deauthorized ones those that are kept for some days. */
export function checkCredentials(db: Database.Database, findings: Findings): void {
  for (const { id, status, isDeleted } of db.prepare<[], Holder>(misplaced).iterate()) {
    const is = isDeleted ? 'deleted' : status;
    findings.add('credentials', `connection ${id} is ${is}, but has credentials`);
  }
}

interface Holder {
  readonly id: string;
  readonly status: string;
  readonly isDeleted: 0 | 1;
}

const misplaced = `
  SELECT c.id, c.status, c.deleted_at IS NOT NULL AS isDeleted
  FROM credentials JOIN connections c ON c.id = connection_id
  WHERE c.deleted_at IS NOT NULL OR c.status <> iif(kept_until IS NULL, 'Linked', 'Deauthorized')`;
