import { and, eq, gt, inArray, isNotNull, isNull, lte, notInArray, or, sql } from 'drizzle-orm';
import type { drizzle } from 'drizzle-orm/better-sqlite3';
import { clockToleranceMs } from '../../domain/clock.ts';
import type { WorkFilter } from '../work.ts';
import { jsonList } from './statements/sql.ts';
import { connections, credentials, integrations, revocations } from './schema/schema.ts';

const given = sql.placeholder;

/** Returns the parameters of `dueRenewals` and `dueRevocations`. */
export function parametersOf({ now, latestLease, keys, othersDueBy, except }: WorkFilter) {
  return {
    now,
    future: now + clockToleranceMs,
    latestLease,
    keys: JSON.stringify(keys),
    othersDueBy,
    except: JSON.stringify(except),
  };
}

/** Selects renewals that are due and leased to no process. */
export function dueRenewals(db: ReturnType<typeof drizzle>) {
  return db
    .select({ id: credentials.connectionId })
    .from(credentials)
    .innerJoin(connections, eq(connections.id, credentials.connectionId))
    .innerJoin(integrations, eq(integrations.id, connections.integrationId))
    .where(isDue(credentials, credentials.renewAt));
}

/** Selects revocations that are due and leased to no process. */
export function dueRevocations(db: ReturnType<typeof drizzle>) {
  return db
    .select({ id: revocations.id })
    .from(revocations)
    .innerJoin(connections, eq(connections.id, revocations.connectionId))
    .innerJoin(integrations, eq(integrations.id, connections.integrationId))
    .where(isDue(revocations, revocations.next));
}

function isDue(
  { scheduled, leaseUntil }: typeof credentials | typeof revocations,
  due: typeof credentials.renewAt | typeof revocations.next,
) {
  return and(
    isNotNull(due),
    or(lte(due, given('now')), gt(scheduled, given('future'))),
    or(isNull(leaseUntil), lte(leaseUntil, given('now')), gt(leaseUntil, given('latestLease'))),
    or(inArray(integrations.key, jsonList('keys')), lte(due, given('othersDueBy'))),
    notInArray(integrations.id, jsonList('except')),
  );
}
