import { randomInt } from 'node:crypto';
import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { drizzle } from 'drizzle-orm/better-sqlite3';
import { newId, type ConnectionId, type RevocationId } from '../../domain/id.ts';
import type { Instant } from '../../domain/instant.ts';
import type {
  CredentialHealth,
  CredentialReader,
  CredentialWriter,
  FailedRenewal,
  KeptCredentials,
  SealedCredentials,
  StoredCredentials,
} from '../credentials.ts';
import type { Calls } from '../calls.ts';
import type { Lease, WorkFilter } from '../work.ts';
import { dueRenewals, parametersOf } from './due-work.ts';
import { onFirstUse } from './statements/first-use.ts';
import { jsonList } from './statements/sql.ts';
import { Noun } from './noun.ts';
import { connections, credentials, providerAccounts, revocations } from './schema/schema.ts';

type Statements = ReturnType<typeof prepareCredentials>;

/** Reads credentials. */
export class SqliteCredentials extends Noun<Statements> implements CredentialReader {
  healthByConnectionIds(ids: readonly ConnectionId[]): Promise<CredentialHealth[]> {
    const read = () => this.statements.health.all({ ids: JSON.stringify(ids) });
    return this.calls.run('credentialHealthByConnectionIds', read, ids.length);
  }

  ofConnection(id: ConnectionId): Promise<StoredCredentials | undefined> {
    const read = () => this.statements.byConnectionIds.all({ ids: JSON.stringify([id]) })[0];
    return this.calls.run('credentialsOfConnection', read);
  }

  accountOf(id: ConnectionId) {
    return this.calls.run('providerAccount', () => this.statements.account.get({ id })?.account);
  }

  isRenewalDue(which: WorkFilter) {
    const read = () => this.statements.dueRenewal.get(parametersOf(which)) !== undefined;
    return this.calls.run('isRenewalDue', read);
  }
}

/** Changes credentials, within a transaction. */
export class SqliteCredentialWriter extends SqliteCredentials implements CredentialWriter {
  readonly #write: ReturnType<typeof prepareCredentialChanges>;

  constructor(
    statements: Statements,
    write: ReturnType<typeof prepareCredentialChanges>,
    calls: Calls,
  ) {
    super(statements, calls);
    this.#write = write;
  }

  async set(id: ConnectionId, { sealed, ...times }: SealedCredentials) {
    // A connection that is unlinked and linked again must not get a version that it had before: a renewal that began
    // earlier would take the new credentials for those that it renews.
    const version = randomInt(1, 2 ** 47);
    this.#write.set.run({ id, version, ...sealed, ...times });
  }

  async renew(id: ConnectionId, version: number, { sealed, ...times }: SealedCredentials) {
    return this.#write.renew.run({ id, version, ...sealed, ...times }).changes > 0;
  }

  async claimRenewals({ owner, until }: Lease, which: WorkFilter, limit: number) {
    const claimed = this.#write.claimRenewals.all({ owner, until, ...parametersOf(which), limit });
    return this.statements.byConnectionIds.all({
      ids: JSON.stringify(claimed.map(({ id }) => id)),
    });
  }

  async postponeRenewal(id: ConnectionId, version: number, failed: FailedRenewal) {
    return this.#write.postponeRenewal.run({ id, version, ...failed }).changes > 0;
  }

  async keep(id: ConnectionId, version: number, kept: KeptCredentials) {
    return this.#write.keep.run({ id, version, ...kept }).changes > 0;
  }

  async erase(id: ConnectionId, version: number) {
    this.#write.erase.run({ id, version });
  }

  async setAccount(id: ConnectionId, account: string | undefined) {
    if (account === undefined) this.#write.forgetAccount.run({ id });
    else this.#write.setAccount.run({ id, account });
  }
}

/** Erases the credentials of connections that stop being Linked, and those kept of Deauthorized ones. */
export class CredentialErasure {
  readonly #statements: ReturnType<typeof prepareErasure>;

  constructor(db: ReturnType<typeof drizzle>) {
    this.#statements = prepareErasure(db);
  }

  /**
   * Erases the credentials of a connection. `revoke` says whether to queue them for revocation: not if the platform did
   * it.
   */
  erase(connectionId: ConnectionId, at: Instant, { revoke }: { revoke: boolean }): void {
    if (revoke) {
      this.#statements.revoke.run({ revocationId: newId<RevocationId>(), connectionId, at });
    }
    this.#statements.erase.run({ connectionId });
  }

  /** Erases the credentials of a connection, unless they are to be kept. */
  eraseUnlessKept(connectionId: ConnectionId): void {
    this.#statements.eraseUnlessKept.run({ connectionId });
  }

  /** Returns those of the connections that have credentials. */
  holdersAmong(ids: readonly ConnectionId[]): ConnectionId[] {
    return this.#statements.holders.all({ ids: JSON.stringify(ids) }).flatMap(({ id }) => id ?? []);
  }
}

const given = sql.placeholder;
const set = (name: string) => sql`${given(name)}`;

/** Prepares the statements that read credentials. */
export function prepareCredentials(db: ReturnType<typeof drizzle>) {
  return onFirstUse({
    health: () =>
      db
        .select({
          connectionId: credentials.connectionId,
          expires: credentials.expires,
          renewAt: credentials.renewAt,
          failures: credentials.failures,
          failingSince: credentials.failingSince,
          failure: credentials.failure,
        })
        .from(credentials)
        .where(
          and(inArray(credentials.connectionId, jsonList('ids')), isNull(credentials.keptUntil)),
        )
        .prepare(),
    byConnectionIds: () =>
      db
        .select({
          companyId: connections.companyId,
          connectionId: connections.id,
          integrationId: connections.integrationId,
          version: credentials.version,
          sealed: { keyId: credentials.keyId, jwe: credentials.jwe },
          expires: credentials.expires,
          renewAt: credentials.renewAt,
          failures: credentials.failures,
          failingSince: credentials.failingSince,
          failure: credentials.failure,
          obtained: credentials.obtained,
          scheduled: credentials.scheduled,
          refusedAt: credentials.refusedAt,
          keptUntil: credentials.keptUntil,
        })
        .from(credentials)
        .innerJoin(connections, eq(connections.id, credentials.connectionId))
        .where(inArray(credentials.connectionId, jsonList('ids')))
        .prepare(),
    account: () =>
      db
        .select({ account: providerAccounts.account })
        .from(providerAccounts)
        .where(eq(providerAccounts.connectionId, given('id')))
        .prepare(),
    dueRenewal: () => dueRenewals(db).limit(1).prepare(),
  });
}

/** Prepares the statements that change credentials. */
export function prepareCredentialChanges(db: ReturnType<typeof drizzle>) {
  const noLease = { leaseOwner: null, leaseUntil: null };
  const noFailure = { failures: 0, failingSince: null, failure: null, refusedAt: null, ...noLease };
  const ofVersion = and(
    eq(credentials.connectionId, given('id')),
    eq(credentials.version, given('version')),
  );
  return onFirstUse({
    set: () =>
      db
        .insert(credentials)
        .values({
          connectionId: given('id'),
          version: given('version'),
          keyId: given('keyId'),
          jwe: given('jwe'),
          expires: given('expires'),
          renewAt: given('renewAt'),
          scheduled: given('scheduled'),
          obtained: given('obtained'),
          failures: 0,
        })
        .onConflictDoUpdate({
          target: credentials.connectionId,
          set: {
            version: sql`${credentials.version} + 1`,
            keyId: sql`excluded.key_id`,
            jwe: sql`excluded.jwe`,
            expires: sql`excluded.expires`,
            renewAt: sql`excluded.renew_at`,
            scheduled: sql`excluded.scheduled`,
            obtained: sql`excluded.obtained`,
            ...noFailure,
          },
        })
        .prepare(),
    renew: () =>
      db
        .update(credentials)
        .set({
          version: sql`${credentials.version} + 1`,
          keyId: set('keyId'),
          jwe: set('jwe'),
          expires: set('expires'),
          renewAt: set('renewAt'),
          scheduled: set('scheduled'),
          obtained: set('obtained'),
          ...noFailure,
        })
        .where(and(ofVersion, isNull(credentials.keptUntil)))
        .prepare(),
    claimRenewals: () =>
      db
        .update(credentials)
        .set({ leaseOwner: set('owner'), leaseUntil: set('until') })
        .where(
          inArray(
            credentials.connectionId,
            dueRenewals(db).orderBy(asc(credentials.renewAt)).limit(given('limit')),
          ),
        )
        .returning({ id: credentials.connectionId })
        .prepare(),
    postponeRenewal: () =>
      db
        .update(credentials)
        .set({
          renewAt: set('renewAt'),
          failures: set('failures'),
          failingSince: set('failingSince'),
          failure: set('failure'),
          scheduled: set('scheduled'),
          refusedAt: set('refusedAt'),
          keptUntil: set('keptUntil'),
          ...noLease,
        })
        .where(ofVersion)
        .prepare(),
    keep: () =>
      db
        .update(credentials)
        .set({
          version: sql`${credentials.version} + 1`,
          keptUntil: set('keptUntil'),
          renewAt: set('renewAt'),
          scheduled: set('scheduled'),
          ...noFailure,
        })
        .where(ofVersion)
        .prepare(),
    erase: () => db.delete(credentials).where(ofVersion).prepare(),
    setAccount: () =>
      db
        .insert(providerAccounts)
        .values({ connectionId: given('id'), account: given('account') })
        .onConflictDoUpdate({
          target: providerAccounts.connectionId,
          set: { account: sql`excluded.account` },
        })
        .prepare(),
    forgetAccount: () =>
      db
        .delete(providerAccounts)
        .where(eq(providerAccounts.connectionId, given('id')))
        .prepare(),
  });
}

function prepareErasure(db: ReturnType<typeof drizzle>) {
  const ofConnection = eq(credentials.connectionId, given('connectionId'));
  return onFirstUse({
    revoke: () =>
      db
        .insert(revocations)
        .select(
          db
            .select({
              id: sql`${given('revocationId')}`.as('id'),
              connectionId: credentials.connectionId,
              keyId: credentials.keyId,
              jwe: credentials.jwe,
              queued: sql`${given('at')}`.as('queued'),
              next: sql`${given('at')}`.as('next'),
              scheduled: sql`${given('at')}`.as('scheduled'),
              failures: sql`0`.as('failures'),
              leaseOwner: sql`null`.as('lease_owner'),
              leaseUntil: sql`null`.as('lease_until'),
            })
            .from(credentials)
            .where(ofConnection),
        )
        .prepare(),
    erase: () => db.delete(credentials).where(ofConnection).prepare(),
    eraseUnlessKept: () =>
      db
        .delete(credentials)
        .where(and(ofConnection, isNull(credentials.keptUntil)))
        .prepare(),
    holders: () =>
      db
        .select({ id: credentials.connectionId })
        .from(credentials)
        .where(inArray(credentials.connectionId, jsonList('ids')))
        .prepare(),
  });
}
