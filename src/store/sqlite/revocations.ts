import { asc, eq, inArray, sql } from 'drizzle-orm';
import type { drizzle } from 'drizzle-orm/better-sqlite3';
import type { RevocationId } from '../../domain/id.ts';
import type {
  FailedRevocation,
  NewRevocation,
  RevocationReader,
  RevocationWriter,
} from '../revocations.ts';
import type { Calls } from '../calls.ts';
import type { Lease, WorkFilter } from '../work.ts';
import { dueRevocations, parametersOf } from './due-work.ts';
import { onFirstUse } from './statements/first-use.ts';
import { jsonList } from './statements/sql.ts';
import { Noun } from './noun.ts';
import { connections, revocations } from './schema/schema.ts';

type Statements = ReturnType<typeof prepareRevocations>;

/** Reads revocations. */
export class SqliteRevocations extends Noun<Statements> implements RevocationReader {
  isDue(which: WorkFilter) {
    const read = () => this.statements.due.get(parametersOf(which)) !== undefined;
    return this.calls.run('isRevocationDue', read);
  }
}

/** Changes revocations, within a transaction. */
export class SqliteRevocationWriter extends SqliteRevocations implements RevocationWriter {
  readonly #write: ReturnType<typeof prepareRevocationChanges>;

  constructor(
    statements: Statements,
    write: ReturnType<typeof prepareRevocationChanges>,
    calls: Calls,
  ) {
    super(statements, calls);
    this.#write = write;
  }

  async create({ id, connectionId, sealed, queued, failures }: NewRevocation) {
    this.#write.create.run({ id, connectionId, ...sealed, queued, failures });
  }

  async claim({ owner, until }: Lease, which: WorkFilter, limit: number) {
    const claimed = this.#write.claim.all({ owner, until, ...parametersOf(which), limit });
    return this.#write.byIds.all({ ids: JSON.stringify(claimed.map(({ id }) => id)) });
  }

  async end(id: RevocationId) {
    this.#write.end.run({ id });
  }

  async postpone(id: RevocationId, failed: FailedRevocation) {
    this.#write.postpone.run({ id, ...failed });
  }
}

/** Prepares the statements that read revocations. */
export function prepareRevocations(db: ReturnType<typeof drizzle>) {
  return onFirstUse({ due: () => dueRevocations(db).limit(1).prepare() });
}

/** Prepares the statements that change revocations. */
export function prepareRevocationChanges(db: ReturnType<typeof drizzle>) {
  const given = sql.placeholder;
  const set = (name: string) => sql`${given(name)}`;
  return onFirstUse({
    create: () =>
      db
        .insert(revocations)
        .values({
          id: given('id'),
          connectionId: given('connectionId'),
          keyId: given('keyId'),
          jwe: given('jwe'),
          queued: given('queued'),
          next: given('queued'),
          scheduled: given('queued'),
          failures: set('failures'),
        })
        .prepare(),
    claim: () =>
      db
        .update(revocations)
        .set({ leaseOwner: set('owner'), leaseUntil: set('until') })
        .where(
          inArray(
            revocations.id,
            dueRevocations(db).orderBy(asc(revocations.next)).limit(given('limit')),
          ),
        )
        .returning({ id: revocations.id })
        .prepare(),
    byIds: () =>
      db
        .select({
          id: revocations.id,
          companyId: connections.companyId,
          connectionId: connections.id,
          integrationId: connections.integrationId,
          sealed: { keyId: revocations.keyId, jwe: revocations.jwe },
          queued: revocations.queued,
          failures: revocations.failures,
        })
        .from(revocations)
        .innerJoin(connections, eq(connections.id, revocations.connectionId))
        .where(inArray(revocations.id, jsonList('ids')))
        .prepare(),
    end: () =>
      db
        .delete(revocations)
        .where(eq(revocations.id, given('id')))
        .prepare(),
    postpone: () =>
      db
        .update(revocations)
        .set({
          failures: set('failures'),
          queued: set('queued'),
          next: set('next'),
          scheduled: set('scheduled'),
          leaseOwner: null,
          leaseUntil: null,
        })
        .where(eq(revocations.id, given('id')))
        .prepare(),
  });
}
