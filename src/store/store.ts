import type { ApiKeyReader, ApiKeyWriter } from './api-keys.ts';
import type { AuthorizationReader, AuthorizationWriter } from './authorizations.ts';
import type { CompanyReader, CompanyWriter } from './companies.ts';
import type { ConnectionReader, ConnectionWriter } from './connections.ts';
import type { CredentialReader, CredentialWriter } from './credentials.ts';
import type { EventReader, EventWriter } from './events.ts';
import type { GrantedScopesReader, GrantedScopesWriter } from './granted-scopes.ts';
import type { IdempotentAnswers } from './idempotent-answers.ts';
import type { Ids } from './ids.ts';
import type { IntegrationReader, IntegrationWriter } from './integrations.ts';
import type { LinkReader, LinkWriter } from './links.ts';
import type { RevocationReader, RevocationWriter } from './revocations.ts';
import type { SealedReader, SealedWriter } from './sealed.ts';
import type { SessionOptions } from './calls.ts';

// The contract of an implementation: every method returns domain types and only live (not deleted) records, unless its
// comment says otherwise. A method that takes ids runs one statement however many there are, returns records in any
// order unless stated, and leaves out ids that it does not find. A method rejects with `StoreUnavailableError` if the
// store cannot be used.

/** Reads committed data. */
export interface StoreReader {
  readonly companies: CompanyReader;
  readonly connections: ConnectionReader;
  readonly integrations: IntegrationReader;
  readonly events: EventReader;
  readonly apiKeys: ApiKeyReader;
  readonly links: LinkReader;
  readonly authorizations: AuthorizationReader;
  readonly credentials: CredentialReader;
  readonly grantedScopes: GrantedScopesReader;
  readonly revocations: RevocationReader;
  readonly sealed: SealedReader;
}

/** Reads and writes inside one transaction. Every change of a company or a connection appends its event. */
export interface StoreTransactor extends StoreReader {
  readonly companies: CompanyWriter;
  readonly connections: ConnectionWriter;
  readonly integrations: IntegrationWriter;
  readonly events: EventWriter;
  readonly apiKeys: ApiKeyWriter;
  readonly links: LinkWriter;
  readonly authorizations: AuthorizationWriter;
  readonly credentials: CredentialWriter;
  readonly grantedScopes: GrantedScopesWriter;
  readonly revocations: RevocationWriter;
  readonly sealed: SealedWriter;
  readonly idempotentAnswers: IdempotentAnswers;
  readonly ids: Ids;
  /** Returns the store for one operation. Its transactions are part of this one. */
  session(options: SessionOptions): Session;
}

/** The store as one operation uses it. */
export interface Session extends StoreReader {
  /**
   * Runs `work` in one transaction. When the promise is fulfilled, all changes are durable; if `work` throws, none are
   * kept. A store may run `work` again if another transaction got in its way, so `work` must change nothing except
   * through the transactor, and should wait for nothing else.
   */
  transact<T>(work: (tx: StoreTransactor) => Promise<T>): Promise<T>;
}

/** The store of all data. */
export interface Store extends Session {
  /** Returns the store for one operation, with limits of its own. */
  session(options: SessionOptions): Session;
  /** Fails if the store cannot be read, or if its database was deleted, moved or replaced since it was opened. */
  ready(): Promise<void>;
  /** Finishes running transactions and closes the database. Fails if it was deleted, moved or replaced meanwhile. */
  close(): Promise<void>;
}
