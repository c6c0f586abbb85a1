import type Database from 'better-sqlite3';
import { and, desc, eq, gt, inArray, isNull, lte, notInArray, or, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import type { AuthorizationId, ConnectionId } from '../../domain/id.ts';

import type {
  Authorization,
  CredentialHealth,
  Link,
  LinkingReader,
  SealedPlace,
  SealedRecord,
  StoredCredentials,
  WorkFilter,
} from '../linking.ts';
import { onFirstUse } from './first-use.ts';
import { jsonList } from './keyset-list.ts';
import {
  authorizations,
  connections,
  credentials,
  integrations,
  links,
  providerAccounts,
  revocations,
} from './schema.ts';
import { prepareSealed, sealedKinds } from './sealed.ts';

/** Reads what linking keeps. */
export class SqliteLinkingReader implements LinkingReader {
  readonly #statements: ReturnType<typeof prepare>;
  readonly #sealed: ReturnType<typeof prepareSealed>;

  constructor(connection: Database.Database) {
    const db = drizzle(connection);
    this.#statements = prepare(db);
    this.#sealed = prepareSealed(db);
  }

  async linkByHash(hash: Buffer): Promise<Link | undefined> {
    return this.#statements.linkByHash.get({ hash });
  }

  async linkOfBrowser({ connectionId, ...visit }: Parameters<LinkingReader['linkOfBrowser']>[0]) {
    return this.#statements.linkOfBrowser.get({ ...visit, connectionId: connectionId ?? null });
  }

  async authorizationById(id: AuthorizationId): Promise<Authorization | undefined> {
    const row = this.#statements.authorizationById.get({ id });
    return row && toAuthorization(row);
  }

  async credentialHealthByConnectionIds(ids: readonly ConnectionId[]): Promise<CredentialHealth[]> {
    return this.#statements.credentialHealth.all({ ids: JSON.stringify(ids) });
  }

  async credentialsOfConnection(id: ConnectionId): Promise<StoredCredentials | undefined> {
    return this.#statements.credentials.all({ ids: JSON.stringify([id]) })[0];
  }

  async providerAccount(id: ConnectionId) {
    return this.#statements.providerAccount.get({ id })?.account;
  }

  async anyLinkingWork(which: WorkFilter) {
    const parameters = parametersOf(which);
    return (
      this.#statements.dueRenewal.get(parameters) !== undefined ||
      this.#statements.dueRevocation.get(parameters) !== undefined
    );
  }

  async countSealedByKey(): Promise<ReadonlyMap<string, number>> {
    const counts = this.#sealed.countByKey.all();
    return new Map(counts.map(({ keyId, count }) => [keyId, count]));
  }

  async sealedOtherwise(keyId: string, limit: number, after?: SealedPlace) {
    const records: SealedRecord[] = [];
    const kinds = sealedKinds.slice(after ? sealedKinds.indexOf(after.kind) : 0);
    for (const kind of kinds) {
      const afterId = kind === after?.kind ? after.id : '';
      const left = limit - records.length;
      if (left === 0) break;
      const rows = this.#sealed[kind].all({ keyId, afterId, limit: left });
      records.push(...rows.map((row) => Object.assign(row, { kind })));
    }
    return records;
  }
}

/** Until when a link can be used: by whoever takes it up, or by the browser that did. */
export const linkExpires = sql<number>`coalesce(${links.usableUntil}, ${links.expires})`;

export const linkFields = {
  companyId: links.companyId,
  connectionId: links.connectionId,
  allowDifferentAccount: links.allowDifferentAccount,
  expires: linkExpires,
  browser: links.browser,
};

export const authorizationFields = {
  id: authorizations.id,
  companyId: authorizations.companyId,
  connectionId: authorizations.connectionId,
  browser: authorizations.browser,
  allowDifferentAccount: authorizations.allowDifferentAccount,
  secrets: { keyId: authorizations.keyId, jwe: authorizations.secrets },
  expires: authorizations.expires,
  statusCode: authorizations.statusCode,
  message: authorizations.message,
};

type AuthorizationRow = Omit<Authorization, 'outcome'> & {
  readonly statusCode: number | null;
  readonly message: string | null;
};

/** Reads a row of `authorizationFields`. */
export function toAuthorization({ statusCode, message, ...rest }: AuthorizationRow): Authorization {
  return { ...rest, outcome: statusCode === null ? null : { statusCode, message } };
}

/** Selects credentials of Linked connections, by the ids in the parameter `ids`. */
export function credentialsByIds(db: ReturnType<typeof drizzle>) {
  return db
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
    })
    .from(credentials)
    .innerJoin(connections, eq(connections.id, credentials.connectionId))
    .where(inArray(credentials.connectionId, jsonList('ids')))
    .prepare();
}

const given = sql.placeholder;

/** What the parameters of `dueRenewals` and `dueRevocations` are. */
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

function prepare(db: ReturnType<typeof drizzle>) {
  return onFirstUse({
    linkByHash: () =>
      db
        .select(linkFields)
        .from(links)
        .where(eq(links.hash, given('hash')))
        .prepare(),
    linkOfBrowser: () =>
      db
        .select(linkFields)
        .from(links)
        .where(
          and(
            eq(links.companyId, given('companyId')),
            eq(links.browser, given('browser')),
            gt(linkExpires, given('now')),
            or(isNull(links.connectionId), eq(links.connectionId, given('connectionId'))),
          ),
        )
        .orderBy(isNull(links.connectionId), desc(linkExpires))
        .limit(1)
        .prepare(),
    authorizationById: () =>
      db
        .select(authorizationFields)
        .from(authorizations)
        .where(eq(authorizations.id, given('id')))
        .prepare(),
    credentialHealth: () =>
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
        .where(inArray(credentials.connectionId, jsonList('ids')))
        .prepare(),
    credentials: () => credentialsByIds(db),
    providerAccount: () =>
      db
        .select({ account: providerAccounts.account })
        .from(providerAccounts)
        .where(eq(providerAccounts.connectionId, given('id')))
        .prepare(),
    dueRenewal: () => dueRenewals(db).limit(1).prepare(),
    dueRevocation: () => dueRevocations(db).limit(1).prepare(),
  });
}
