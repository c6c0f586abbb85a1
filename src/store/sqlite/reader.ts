import type Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import type { Calls, SessionOptions } from '../calls.ts';
import { SessionCalls } from '../session.ts';
import type { Session, StoreReader, StoreTransactor } from '../store.ts';
import { prepareApiKeys, SqliteApiKeys } from './api-keys.ts';
import { prepareAuthorizations, SqliteAuthorizations } from './authorizations.ts';
import { prepareCompanies, SqliteCompanies } from './companies.ts';
import { prepareConnections, SqliteConnections } from './connections.ts';
import { prepareCredentials, SqliteCredentials } from './credentials.ts';
import { prepareEvents, SqliteEvents } from './events.ts';
import { onFirstUse } from './statements/first-use.ts';
import { prepareGrantedScopes, SqliteGrantedScopes } from './granted-scopes.ts';
import { prepareIntegrations, SqliteIntegrations } from './integrations.ts';
import type { KnownIntegrations } from './sharing/known-integrations.ts';
import { prepareLinks, SqliteLinks } from './links.ts';
import { prepareRevocations, SqliteRevocations } from './revocations.ts';
import { prepareSealed, SqliteSealed } from './sealed.ts';
import type { ListReader } from './threads/lists.ts';

/** The statements that read through one SQLite connection. */
export type ReaderStatements = ReturnType<typeof prepareReader>;

/** Prepares the statements that read through a connection, each on first use. `lists` reads the lists. */
export function prepareReader(
  connection: Database.Database,
  lists: ListReader,
  known?: KnownIntegrations,
) {
  const db = drizzle(connection);
  return onFirstUse({
    companies: () => prepareCompanies(connection, db, lists),
    connections: () => prepareConnections(connection, db, lists),
    integrations: () => prepareIntegrations(connection, db, lists, known),
    events: () => prepareEvents(db, lists),
    apiKeys: () => prepareApiKeys(connection, db),
    links: () => prepareLinks(db),
    authorizations: () => prepareAuthorizations(db),
    credentials: () => prepareCredentials(db),
    grantedScopes: () => prepareGrantedScopes(db),
    revocations: () => prepareRevocations(db),
    sealed: () => prepareSealed(db),
  });
}

/**
 * Reads through one SQLite connection. The object for each kind of record is created on first use, since one request
 * needs few.
 */
export class SqliteReader implements StoreReader {
  readonly #statements: ReaderStatements;
  readonly #calls: Calls;
  #companies: SqliteCompanies | undefined;
  #connections: SqliteConnections | undefined;
  #integrations: SqliteIntegrations | undefined;
  #events: SqliteEvents | undefined;
  #apiKeys: SqliteApiKeys | undefined;
  #links: SqliteLinks | undefined;
  #authorizations: SqliteAuthorizations | undefined;
  #credentials: SqliteCredentials | undefined;
  #grantedScopes: SqliteGrantedScopes | undefined;
  #revocations: SqliteRevocations | undefined;
  #sealed: SqliteSealed | undefined;

  constructor(statements: ReaderStatements, calls: Calls) {
    this.#statements = statements;
    this.#calls = calls;
  }

  get companies() {
    return (this.#companies ??= new SqliteCompanies(this.#statements.companies, this.#calls));
  }

  get connections() {
    return (this.#connections ??= new SqliteConnections(this.#statements.connections, this.#calls));
  }

  get integrations() {
    const { integrations } = this.#statements;
    return (this.#integrations ??= new SqliteIntegrations(integrations, this.#calls));
  }

  get events() {
    return (this.#events ??= new SqliteEvents(this.#statements.events, this.#calls));
  }

  get apiKeys() {
    return (this.#apiKeys ??= new SqliteApiKeys(this.#statements.apiKeys, this.#calls));
  }

  get links() {
    return (this.#links ??= new SqliteLinks(this.#statements.links, this.#calls));
  }

  get authorizations() {
    const { authorizations } = this.#statements;
    return (this.#authorizations ??= new SqliteAuthorizations(authorizations, this.#calls));
  }

  get credentials() {
    return (this.#credentials ??= new SqliteCredentials(this.#statements.credentials, this.#calls));
  }

  get grantedScopes() {
    const { grantedScopes } = this.#statements;
    return (this.#grantedScopes ??= new SqliteGrantedScopes(grantedScopes, this.#calls));
  }

  get revocations() {
    return (this.#revocations ??= new SqliteRevocations(this.#statements.revocations, this.#calls));
  }

  get sealed() {
    return (this.#sealed ??= new SqliteSealed(this.#statements.sealed, this.#calls));
  }
}

/** The store as one operation uses it. */
export class SqliteSession extends SqliteReader implements Session {
  readonly #target: Pick<Session, 'transact'>;
  readonly #calls: SessionCalls;

  constructor(
    statements: ReaderStatements,
    calls: Calls,
    target: Pick<Session, 'transact'>,
    options: SessionOptions,
    takesTurns: boolean,
  ) {
    const limited = new SessionCalls(calls, options, takesTurns);
    super(statements, limited);
    this.#target = target;
    this.#calls = limited;
  }

  transact<T>(work: (tx: StoreTransactor) => Promise<T>): Promise<T> {
    return this.#calls.transact(this.#target, work);
  }
}
