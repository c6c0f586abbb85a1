import { and, asc, eq, gt, ne, sql } from 'drizzle-orm';
import type { drizzle } from 'drizzle-orm/better-sqlite3';
import type { Sealed, SealedPlace, SealedReader, SealedRecord, SealedWriter } from '../sealed.ts';
import type { Calls } from '../calls.ts';
import { onFirstUse } from './statements/first-use.ts';
import { Noun } from './noun.ts';
import { authorizations, connections, credentials, revocations } from './schema/schema.ts';

type Db = ReturnType<typeof drizzle>;
type Statements = ReturnType<typeof prepareSealed>;

/** Reads sealed secrets. */
export class SqliteSealed extends Noun<Statements> implements SealedReader {
  countByKey(): Promise<ReadonlyMap<string, number>> {
    return this.calls.run('countSealedByKey', () => {
      const counts = this.statements.countByKey.all();
      return new Map(counts.map(({ keyId, count }) => [keyId, count]));
    });
  }

  otherThan(keyId: string, limit: number, after?: SealedPlace) {
    return this.calls.run('sealedOtherwise', () => this.#otherThan(keyId, limit, after));
  }

  #otherThan(keyId: string, limit: number, after?: SealedPlace) {
    const records: SealedRecord[] = [];
    const kinds = sealedKinds.slice(after ? sealedKinds.indexOf(after.kind) : 0);
    for (const kind of kinds) {
      const afterId = kind === after?.kind ? after.id : '';
      const left = limit - records.length;
      if (left === 0) break;
      const rows = this.statements[kind].all({ keyId, afterId, limit: left });
      records.push(...rows.map((row) => Object.assign(row, { kind })));
    }
    return records;
  }
}

/** Changes sealed secrets, within a transaction. */
export class SqliteSealedWriter extends SqliteSealed implements SealedWriter {
  readonly #write: ReturnType<typeof prepareResealing>;

  constructor(statements: Statements, write: ReturnType<typeof prepareResealing>, calls: Calls) {
    super(statements, calls);
    this.#write = write;
  }

  async reseal({ kind, id, sealed: { jwe: before } }: SealedRecord, sealed: Sealed) {
    return this.#write[kind].run({ id, before, ...sealed }).changes > 0;
  }
}

const given = sql.placeholder;

/** The kinds of sealed secrets, in the order in which they are listed. */
const sealedKinds = [
  'credentials',
  'revocation',
  'authorization',
] as const satisfies SealedPlace['kind'][];

/** Prepares the statements that count sealed secrets by key, and list each kind by id. */
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

/** Prepares the statements that replace sealed secrets. */
export function prepareResealing(db: Db) {
  const keyId = sql`${given('keyId')}`;
  const jwe = sql`${given('jwe')}`;
  return onFirstUse({
    // Only if the secret is still the one that was opened: it may have been renewed meanwhile.
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
