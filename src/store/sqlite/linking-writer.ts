import { randomInt } from 'node:crypto';
import type Database from 'better-sqlite3';
import { and, asc, eq, gt, inArray, isNull, lt, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import {
  newId,
  type ConnectionId,
  type AuthorizationId,
  type RevocationId,
} from '../../domain/id.ts';
import type { Instant } from '../../domain/instant.ts';
import type {
  Authorization,
  AuthorizationOutcome,
  Lease,
  Link,
  LinkingTransactor,
  RenewalState,
  Revocation,
  Sealed,
  SealedCredentials,
  SealedRecord,
  TakenLink,
  WorkFilter,
} from '../linking.ts';
import { onFirstUse } from './first-use.ts';
import { jsonList } from './keyset-list.ts';
import {
  authorizationFields,
  credentialsByIds,
  dueRenewals,
  dueRevocations,
  linkExpires,
  linkFields,
  parametersOf,
  toAuthorization,
} from './linking-reader.ts';
import {
  authorizations,
  connections,
  credentials,
  links,
  providerAccounts,
  revocations,
} from './schema.ts';
import { prepareResealing } from './sealed.ts';

/** Writes what linking keeps, through the connection of a transaction. */
export class SqliteLinkingWriter implements Omit<LinkingTransactor, 'noteFailure'> {
  readonly #write: ReturnType<typeof prepare>;
  readonly #resealing: ReturnType<typeof prepareResealing>;

  constructor(connection: Database.Database) {
    const db = drizzle(connection);
    this.#write = prepare(db);
    this.#resealing = prepareResealing(db);
  }

  async takeLink(link: TakenLink, now: Instant): Promise<Link | undefined> {
    const { allowDifferentAccount, ...rest } = link;
    this.#write.takeLink.run({
      ...rest,
      allowDifferentAccount: Number(allowDifferentAccount),
      now,
    });
    return this.#write.takenLink.get({ hash: link.hash, browser: link.browser, now });
  }

  async createAuthorization(authorization: Authorization, stateHash: Buffer) {
    const { secrets, allowDifferentAccount, outcome: _, ...rest } = authorization;
    this.#write.createAuthorization.run({
      ...rest,
      stateHash,
      allowDifferentAccount: Number(allowDifferentAccount),
      keyId: secrets.keyId,
      secrets: secrets.jwe,
    });
  }

  async answerAuthorization(stateHash: Buffer, browser: Buffer, now: Instant) {
    const row = this.#write.answerAuthorization.get({ stateHash, browser, now });
    return row && toAuthorization(row);
  }

  async finishAuthorization(id: AuthorizationId, { statusCode, message }: AuthorizationOutcome) {
    this.#write.finishAuthorization.run({ id, statusCode, message });
  }

  async forgetLinks(before: Instant, limit: number) {
    const { changes: forgotten } = this.#write.forgetLinks.run({ before, limit });
    const { changes: ended } = this.#write.forgetAuthorizations.run({ before, limit });
    return forgotten < limit && ended < limit;
  }

  async setCredentials(id: ConnectionId, { sealed, expires, renewAt }: SealedCredentials) {
    // A connection that is unlinked and linked again must not come to a version that it had: a renewal that began before
    // would take the new credentials for those that it renews.
    const version = randomInt(1, 2 ** 47);
    this.#write.setCredentials.run({ id, version, ...sealed, expires, renewAt });
  }

  async renewCredentials(id: ConnectionId, version: number, renewed: SealedCredentials) {
    const { sealed, expires, renewAt } = renewed;
    const { changes } = this.#write.renewCredentials.run({
      id,
      version,
      ...sealed,
      expires,
      renewAt,
    });
    return changes > 0;
  }

  async claimRenewals({ owner, until }: Lease, which: WorkFilter, limit: number) {
    const claimed = this.#write.claimRenewals.all({ owner, until, ...parametersOf(which), limit });
    return this.#write.credentials.all({ ids: JSON.stringify(claimed.map(({ id }) => id)) });
  }

  async postponeRenewal(id: ConnectionId, version: number, state: RenewalState) {
    this.#write.postponeRenewal.run({ id, version, ...state });
  }

  async setProviderAccount(id: ConnectionId, account: string) {
    this.#write.setProviderAccount.run({ id, account });
  }

  async createRevocation({ id, connectionId, sealed, queued, failures }: Revocation) {
    this.#write.createRevocation.run({ id, connectionId, ...sealed, queued, failures });
  }

  async claimRevocations({ owner, until }: Lease, which: WorkFilter, limit: number) {
    const claimed = this.#write.claimRevocations.all({
      owner,
      until,
      ...parametersOf(which),
      limit,
    });
    return this.#write.revocations.all({ ids: JSON.stringify(claimed.map(({ id }) => id)) });
  }

  async endRevocation(id: RevocationId) {
    this.#write.endRevocation.run({ id });
  }

  async postponeRevocation(id: RevocationId, failures: number, next: Instant) {
    this.#write.postponeRevocation.run({ id, failures, next });
  }

  async reseal({ kind, id, sealed: { jwe: before } }: SealedRecord, sealed: Sealed) {
    return this.#resealing[kind].run({ id, before, ...sealed }).changes > 0;
  }

  /** Erases the credentials of a connection; unless the platform took them back, they are to be revoked there. */
  eraseCredentials(connectionId: ConnectionId, at: Instant, { revoke }: { revoke: boolean }): void {
    if (revoke) {
      this.#write.revokeCredentials.run({ revocationId: newId<RevocationId>(), connectionId, at });
    }
    this.#write.eraseCredentials.run({ connectionId });
  }
}

function prepare(db: ReturnType<typeof drizzle>) {
  const given = sql.placeholder;
  const set = (name: string) => sql`${given(name)}`;
  const noLease = { leaseOwner: null, leaseUntil: null };
  const ofVersion = and(
    eq(credentials.connectionId, given('id')),
    eq(credentials.version, given('version')),
  );
  const lease = { leaseOwner: set('owner'), leaseUntil: set('until') };

  return onFirstUse({
    takeLink: () =>
      db
        .insert(links)
        .values({
          hash: given('hash'),
          companyId: given('companyId'),
          connectionId: given('connectionId'),
          allowDifferentAccount: set('allowDifferentAccount'),
          expires: given('expires'),
          browser: given('browser'),
          usableUntil: given('usableUntil'),
        })
        .onConflictDoUpdate({
          target: links.hash,
          set: { browser: sql`excluded.browser`, usableUntil: sql`excluded.usable_until` },
          // Older versions kept a link from when it was made.
          setWhere: and(isNull(links.browser), gt(links.expires, given('now'))),
        })
        .prepare(),
    takenLink: () =>
      db
        .select(linkFields)
        .from(links)
        .where(
          and(
            eq(links.hash, given('hash')),
            eq(links.browser, given('browser')),
            gt(linkExpires, given('now')),
          ),
        )
        .prepare(),
    createAuthorization: () =>
      db
        .insert(authorizations)
        .values({
          id: given('id'),
          stateHash: given('stateHash'),
          companyId: given('companyId'),
          connectionId: given('connectionId'),
          browser: given('browser'),
          allowDifferentAccount: set('allowDifferentAccount'),
          keyId: given('keyId'),
          secrets: given('secrets'),
          expires: given('expires'),
        })
        .prepare(),
    answerAuthorization: () =>
      db
        .update(authorizations)
        .set({ answered: set('now') })
        .where(
          and(
            eq(authorizations.stateHash, given('stateHash')),
            eq(authorizations.browser, given('browser')),
            gt(authorizations.expires, given('now')),
            isNull(authorizations.answered),
          ),
        )
        .returning(authorizationFields)
        .prepare(),
    finishAuthorization: () =>
      db
        .update(authorizations)
        .set({ statusCode: set('statusCode'), message: set('message') })
        .where(eq(authorizations.id, given('id')))
        .prepare(),
    forgetLinks: () =>
      db
        .delete(links)
        .where(
          inArray(
            links.hash,
            db
              .select({ hash: links.hash })
              .from(links)
              .where(lt(links.expires, given('before')))
              .limit(given('limit')),
          ),
        )
        .prepare(),
    forgetAuthorizations: () =>
      db
        .delete(authorizations)
        .where(
          inArray(
            authorizations.id,
            db
              .select({ id: authorizations.id })
              .from(authorizations)
              .where(lt(authorizations.expires, given('before')))
              .limit(given('limit')),
          ),
        )
        .prepare(),
    setCredentials: () =>
      db
        .insert(credentials)
        .values({
          connectionId: given('id'),
          version: given('version'),
          keyId: given('keyId'),
          jwe: given('jwe'),
          expires: given('expires'),
          renewAt: given('renewAt'),
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
            failures: 0,
            failingSince: null,
            failure: null,
            ...noLease,
          },
        })
        .prepare(),
    renewCredentials: () =>
      db
        .update(credentials)
        .set({
          version: sql`${credentials.version} + 1`,
          keyId: set('keyId'),
          jwe: set('jwe'),
          expires: set('expires'),
          renewAt: set('renewAt'),
          failures: 0,
          failingSince: null,
          failure: null,
          ...noLease,
        })
        .where(ofVersion)
        .prepare(),
    credentials: () => credentialsByIds(db),
    claimRenewals: () =>
      db
        .update(credentials)
        .set(lease)
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
          ...noLease,
        })
        .where(ofVersion)
        .prepare(),
    setProviderAccount: () =>
      db
        .insert(providerAccounts)
        .values({ connectionId: given('id'), account: given('account') })
        .onConflictDoUpdate({
          target: providerAccounts.connectionId,
          set: { account: sql`excluded.account` },
        })
        .prepare(),
    createRevocation: () =>
      db
        .insert(revocations)
        .values({
          id: given('id'),
          connectionId: given('connectionId'),
          keyId: given('keyId'),
          jwe: given('jwe'),
          queued: given('queued'),
          next: given('queued'),
          failures: set('failures'),
        })
        .prepare(),
    claimRevocations: () =>
      db
        .update(revocations)
        .set(lease)
        .where(
          inArray(
            revocations.id,
            dueRevocations(db).orderBy(asc(revocations.next)).limit(given('limit')),
          ),
        )
        .returning({ id: revocations.id })
        .prepare(),
    revocations: () =>
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
    endRevocation: () =>
      db
        .delete(revocations)
        .where(eq(revocations.id, given('id')))
        .prepare(),
    postponeRevocation: () =>
      db
        .update(revocations)
        .set({ failures: set('failures'), next: set('next'), ...noLease })
        .where(eq(revocations.id, given('id')))
        .prepare(),
    revokeCredentials: () =>
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
              failures: sql`0`.as('failures'),
              leaseOwner: sql`null`.as('lease_owner'),
              leaseUntil: sql`null`.as('lease_until'),
            })
            .from(credentials)
            .where(eq(credentials.connectionId, given('connectionId'))),
        )
        .prepare(),
    eraseCredentials: () =>
      db
        .delete(credentials)
        .where(eq(credentials.connectionId, given('connectionId')))
        .prepare(),
  });
}
