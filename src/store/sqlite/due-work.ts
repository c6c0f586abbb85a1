import { and, eq, inArray, isNull, lte, notInArray, or, sql } from 'drizzle-orm';
import type { drizzle } from 'drizzle-orm/better-sqlite3';
import type { WorkFilter } from '../work.ts';
import { jsonList } from './statements/sql.ts';
import { connections, credentials, integrations, revocations } from './schema/schema.ts';

const given = sql.placeholder;

/** Returns the parameters of `dueRenewals` and `dueRevocations`. */
export function parametersOf({ now, keys, othersDueBy, except }: WorkFilter) {
  return { now, keys: JSON.stringify(keys), othersDueBy, except: JSON.stringify(except) };
}

/** Selects renewals that are due and leased to no process. */
export function dueRenewals(db: ReturnType<typeof drizzle>) {
  return db
    .select({ id: credentials.connectionId })
    .from(credentials)
    .innerJoin(connections, eq(connections.id, credentials.connectionId))
    .innerJoin(integrations, eq(integrations.id, connections.integrationId))
    .where(isDue(credentials.renewAt, credentials.leaseUntil));
}

/** Selects revocations that are due and leased to no process. */
export function dueRevocations(db: ReturnType<typeof drizzle>) {
  return db
    .select({ id: revocations.id })
    .from(revocations)
    .innerJoin(connections, eq(connections.id, revocations.connectionId))
    .innerJoin(integrations, eq(integrations.id, connections.integrationId))
    .where(isDue(revocations.next, revocations.leaseUntil));
}

function isDue(
  due: typeof credentials.renewAt | typeof revocations.next,
  leaseUntil: typeof credentials.leaseUntil | typeof revocations.leaseUntil,
) {
  const isDueBy = (moment: string) =>
    and(lte(due, given(moment)), or(isNull(leaseUntil), lte(leaseUntil, given(moment))));
  return and(
    isDueBy('now'),
    or(inArray(integrations.key, jsonList('keys')), isDueBy('othersDueBy')),
    notInArray(integrations.id, jsonList('except')),
  );
}
