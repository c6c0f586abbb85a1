import type Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import type { Calls, SessionOptions } from '../calls.ts';
import type { Session, StoreTransactor } from '../store.ts';
import { prepareApiKeyChanges, SqliteApiKeyWriter } from './api-keys.ts';
import { prepareAuthorizationChanges, SqliteAuthorizationWriter } from './authorizations.ts';
import { prepareCompanyChanges, SqliteCompanyWriter } from './companies.ts';
import { prepareConnectionChanges, SqliteConnectionWriter } from './connections.ts';
import {
  CredentialErasure,
  prepareCredentialChanges,
  SqliteCredentialWriter,
} from './credentials.ts';
import { EventLog } from './event-log.ts';
import { SqliteEventWriter } from './events.ts';
import { prepareGrantedScopesChanges, SqliteGrantedScopesWriter } from './granted-scopes.ts';
import { SqliteIdempotentAnswers } from './idempotent-answers.ts';
import { SqliteIds } from './ids.ts';
import { prepareIntegrationChanges, SqliteIntegrationWriter } from './integrations.ts';
import { prepareLinkChanges, SqliteLinkWriter } from './links.ts';
import { prepareReader, SqliteSession, type ReaderStatements } from './reader.ts';
import { prepareRevocationChanges, SqliteRevocationWriter } from './revocations.ts';
import { prepareResealing, SqliteSealedWriter } from './sealed.ts';
import { Lists } from './threads/lists.ts';

/** Runs calls as they are: the owner of the transaction translates their errors. */
const direct: Calls = { run: async (_, answer) => answer(Infinity) };

/** Reads and writes through one SQLite connection, inside a transaction that its owner begins and ends. */
export class SqliteTransactor implements StoreTransactor {
  readonly companies: SqliteCompanyWriter;
  readonly connections: SqliteConnectionWriter;
  readonly integrations: SqliteIntegrationWriter;
  readonly events: SqliteEventWriter;
  readonly apiKeys: SqliteApiKeyWriter;
  readonly links: SqliteLinkWriter;
  readonly authorizations: SqliteAuthorizationWriter;
  readonly credentials: SqliteCredentialWriter;
  readonly grantedScopes: SqliteGrantedScopesWriter;
  readonly revocations: SqliteRevocationWriter;
  readonly sealed: SqliteSealedWriter;
  readonly idempotentAnswers: SqliteIdempotentAnswers;
  readonly ids: SqliteIds;
  readonly #statements: ReaderStatements;

  constructor(connection: Database.Database) {
    const db = drizzle(connection);
    const read = prepareReader(connection, new Lists(connection));
    const events = new EventLog(db);
    const erasure = new CredentialErasure(db);
    this.#statements = read;
    this.companies = new SqliteCompanyWriter(
      read.companies,
      { write: prepareCompanyChanges(db), events },
      direct,
    );
    this.connections = new SqliteConnectionWriter(
      read.connections,
      { write: prepareConnectionChanges(db), events, erasure },
      direct,
    );
    this.integrations = new SqliteIntegrationWriter(
      read.integrations,
      prepareIntegrationChanges(db),
      direct,
    );
    this.events = new SqliteEventWriter(read.events, events, direct);
    this.apiKeys = new SqliteApiKeyWriter(read.apiKeys, prepareApiKeyChanges(db), direct);
    this.links = new SqliteLinkWriter(read.links, prepareLinkChanges(db), direct);
    this.authorizations = new SqliteAuthorizationWriter(
      read.authorizations,
      prepareAuthorizationChanges(db),
      direct,
    );
    this.credentials = new SqliteCredentialWriter(
      read.credentials,
      prepareCredentialChanges(db),
      direct,
    );
    this.grantedScopes = new SqliteGrantedScopesWriter(
      read.grantedScopes,
      prepareGrantedScopesChanges(db),
      direct,
    );
    this.revocations = new SqliteRevocationWriter(
      read.revocations,
      prepareRevocationChanges(db),
      direct,
    );
    this.sealed = new SqliteSealedWriter(read.sealed, prepareResealing(db), direct);
    this.idempotentAnswers = new SqliteIdempotentAnswers(db);
    this.ids = new SqliteIds(db);
  }

  session(options: SessionOptions): Session {
    return new SqliteSession(
      this.#statements,
      direct,
      { transact: async (work) => work(this) },
      options,
      false,
    );
  }
}
