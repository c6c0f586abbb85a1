import type Database from 'better-sqlite3';
import { fold } from '../../../domain/text.ts';
import type { Findings } from './findings.ts';

interface CompanyRow {
  readonly id: string;
  readonly name: string;
  readonly nameFolded: string;
  readonly isDeleted: 0 | 1;
  /** The number of its company.created events. */
  readonly created: number;
  /** The number of its company.deleted events. */
  readonly deleted: number;
}

/**
 * Checks that each company agrees with its history, and that a deleted one has no live connection. `isFolded` says
 * whether the names of live companies are folded as `fold` does now; those of deleted companies never change.
 */
export function checkCompanies(db: Database.Database, isFolded: boolean, findings: Findings): void {
  for (const company of db.prepare<[], CompanyRow>(companiesWithHistory).iterate()) {
    const { id, name, nameFolded, isDeleted, created, deleted } = company;
    if (created !== 1)
      findings.add('company', `company ${id} has ${times(created)} of type company.created`);
    if (deleted !== isDeleted) {
      const is = isDeleted ? 'is deleted' : 'is not deleted';
      findings.add(
        'company',
        `company ${id} ${is}, but has ${times(deleted)} of type company.deleted`,
      );
    }
    if (isFolded && isDeleted === 0 && fold(name) !== nameFolded) {
      findings.add(
        'search',
        `company ${id} is listed and searched under a name other than its own`,
      );
    }
  }
  for (const { id, companyId } of db.prepare<[], Orphan>(liveOfDeleted).iterate()) {
    findings.add(
      'company',
      `connection ${id} is not deleted, but its company ${companyId} is deleted`,
    );
  }
}

interface Orphan {
  readonly id: string;
  readonly companyId: string;
}

// One pass reads the events of companies, which are adjacent in events_by_connection. In the index by company, they are
// among those of its connections.
const companiesWithHistory = `
  SELECT c.id, c.name, c.name_folded AS nameFolded, c.deleted_at IS NOT NULL AS isDeleted,
    coalesce(e.created, 0) AS created, coalesce(e.deleted, 0) AS deleted
  FROM companies c LEFT JOIN (
    SELECT company_id, sum(type = 'company.created') AS created, sum(type = 'company.deleted') AS deleted
    FROM events WHERE connection_id IS NULL GROUP BY company_id
  ) e ON e.company_id = c.id`;

const liveOfDeleted = `
  SELECT n.id, n.company_id AS companyId
  FROM companies c JOIN connections n ON n.company_id = c.id AND n.deleted_at IS NULL
  WHERE c.deleted_at IS NOT NULL`;

function times(count: number): string {
  return count === 0 ? 'no event' : count === 1 ? 'an event' : `${count} events`;
}
