import { and, asc, eq, gt, ne, sql } from 'drizzle-orm';
import type { drizzle } from 'drizzle-orm/better-sqlite3';
import type { SealedPlace } from '../linking.ts';
import { onFirstUse } from './first-use.ts';
import { authorizations, connections, credentials, revocations } from './schema.ts';

type Db = ReturnType<typeof drizzle>;

const given = sql.placeholder;

/** What is kept sealed, in the order in which it is listed. */
export const sealedKinds = [
  'credentials',
  'revocation',
  'authorization',
] as const satisfies SealedPlace['kind'][];

/** Prepares the statements that count what is sealed with each key, and list each kind by its id. */
export function prepareSealed(db: Db) {
  const ofConnection = { companyId: connections.companyId, connectionId: connections.id };
  const keyId = given('keyId');
  const afterId = given('afterId');
  return onFirstUse({
    countByKey: () =>
      db
        .select({ keyId: sql<string>`key_id`, count: sql<number>`sum(count)` })
        .from(
          countByKey(db, credentials)
            .unionAll(countByKey(db, revocations))
            .unionAll(countByKey(db, authorizations))
            .as('counts'),
        )
        .groupBy(sql`key_id`)
        .prepare(),
    credentials: () =>
      db
        .select({
          id: sql<string>`${credentials.connectionId}`,
          ...ofConnection,
          sealed: { keyId: credentials.keyId, jwe: credentials.jwe },
        })
        .from(credentials)
        .innerJoin(connections, eq(connections.id, credentials.connectionId))
        .where(and(ne(credentials.keyId, keyId), gt(credentials.connectionId, afterId)))
        .orderBy(asc(credentials.connectionId))
        .limit(given('limit'))
        .prepare(),
    revocation: () =>
      db
        .select({
          id: sql<string>`${revocations.id}`,
          ...ofConnection,
          sealed: { keyId: revocations.keyId, jwe: revocations.jwe },
        })
        .from(revocations)
        .innerJoin(connections, eq(connections.id, revocations.connectionId))
        .where(and(ne(revocations.keyId, keyId), gt(revocations.id, afterId)))
        .orderBy(asc(revocations.id))
        .limit(given('limit'))
        .prepare(),
    authorization: () =>
      db
        .select({
          id: sql<string>`${authorizations.id}`,
          companyId: authorizations.companyId,
          connectionId: authorizations.connectionId,
          sealed: { keyId: authorizations.keyId, jwe: authorizations.secrets },
        })
        .from(authorizations)
        .where(and(ne(authorizations.keyId, keyId), gt(authorizations.id, afterId)))
        .orderBy(asc(authorizations.id))
        .limit(given('limit'))
        .prepare(),
  });
}

function countByKey(
  db: Db,
  table: typeof credentials | typeof revocations | typeof authorizations,
) {
  return db
    .select({ keyId: table.keyId, count: sql<number>`count(*)`.as('count') })
    .from(table)
    .groupBy(table.keyId);
}

/** Prepares the statements that exchange what is sealed. */
export function prepareResealing(db: Db) {
  const keyId = sql`${given('keyId')}`;
  const jwe = sql`${given('jwe')}`;
  return onFirstUse({
    // Only what is still what was opened: it may have been renewed meanwhile.
    credentials: () =>
      db
        .update(credentials)
        .set({ keyId, jwe })
        .where(and(eq(credentials.connectionId, given('id')), eq(credentials.jwe, given('before'))))
        .prepare(),
    revocation: () =>
      db
        .update(revocations)
        .set({ keyId, jwe })
        .where(and(eq(revocations.id, given('id')), eq(revocations.jwe, given('before'))))
        .prepare(),
    authorization: () =>
      db
        .update(authorizations)
        .set({ keyId, secrets: jwe })
        .where(and(eq(authorizations.id, given('id')), eq(authorizations.secrets, given('before'))))
        .prepare(),
  });
}
