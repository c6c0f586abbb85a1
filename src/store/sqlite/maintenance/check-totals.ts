import type Database from 'better-sqlite3';
import type { Findings } from './findings.ts';

/** Checks that the sets of statuses and the totals, which lists and counts use, agree with the rows. */
export function checkTotals(db: Database.Database, findings: Findings): void {
  for (const { id } of db.prepare<[], { id: string }>(underOtherStatuses).iterate()) {
    findings.add(
      'total',
      `company ${id} is listed under statuses that differ from those of its connections`,
    );
  }
  for (const { statuses, total, actual } of db.prepare<[], CompanyTotal>(companies).iterate()) {
    const are = `${actual} companies have the set of statuses ${statuses}`;
    findings.add('total', `${are}, but the stored total is ${total ?? 'missing'}`);
  }
  for (const total of db.prepare<[], ConnectionTotal>(connections).iterate()) {
    const { actual, status, sourceType, integrationId } = total;
    const are = `${actual} ${sourceType} connections to integration ${integrationId} are ${status}`;
    findings.add('total', `${are}, but the stored total is ${total.total ?? 'missing'}`);
  }
}

/** Checks that the totals of stored responses, which limit them, match the responses. */
export function checkAnswerTotals(db: Database.Database, findings: Findings): void {
  for (const { actor, total, actual } of db.prepare<[], AnswerTotal>(answers).iterate()) {
    const take = `the stored responses of ${actor} take ${actual} bytes`;
    findings.add('total', `${take}, but their total is ${total ?? 'missing'}`);
  }
}

interface AnswerTotal {
  readonly actor: string;
  readonly total: number | null;
  readonly actual: number;
}

interface CompanyTotal {
  readonly statuses: number;
  readonly total: number | null;
  readonly actual: number;
}

interface ConnectionTotal {
  readonly integrationId: string;
  readonly status: string;
  readonly sourceType: string;
  readonly total: number | null;
  readonly actual: number;
}

// Reads both tables by company, so that neither is kept in memory. A deleted company is in no list.
const underOtherStatuses = `
  SELECT id FROM companies
  WHERE deleted_at IS NULL AND statuses <> coalesce((
    SELECT sum(DISTINCT CASE status WHEN 'PendingAuth' THEN 1 WHEN 'Linked' THEN 2 WHEN 'Unlinked' THEN 4 ELSE 8 END)
    FROM connections WHERE company_id = companies.id AND connections.deleted_at IS NULL
  ), 0)`;

const companies = `
  SELECT statuses, total, coalesce(actual, 0) AS actual
  FROM (SELECT statuses, count AS total FROM company_totals)
  FULL JOIN (SELECT statuses, count(*) AS actual FROM companies WHERE deleted_at IS NULL GROUP BY statuses)
  USING (statuses)
  WHERE total IS NOT coalesce(actual, 0)`;

const connections = `
  SELECT integrationId, status, sourceType, total, coalesce(actual, 0) AS actual
  FROM (SELECT integration_id AS integrationId, status, source_type AS sourceType, count AS total FROM connection_totals)
  FULL JOIN (
    SELECT integration_id AS integrationId, status, source_type AS sourceType, count(*) AS actual
    FROM connections WHERE deleted_at IS NULL GROUP BY 1, 2, 3
  ) USING (integrationId, status, sourceType)
  WHERE total IS NOT coalesce(actual, 0)`;

const answers = `
  SELECT actor, total, coalesce(actual, 0) AS actual
  FROM (SELECT actor, bytes AS total FROM idempotent_answer_totals)
  FULL JOIN (SELECT actor, sum(bytes) AS actual FROM idempotent_answers GROUP BY actor)
  USING (actor)
  WHERE total IS NOT coalesce(actual, 0)`;
