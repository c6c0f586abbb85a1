import type { Connection } from '../domain/connection.ts';
import type { Cause } from '../domain/event.ts';
import type {
  AuthorizationId,
  CompanyId,
  ConnectionId,
  IntegrationId,
  RevocationId,
} from '../domain/id.ts';
import type { Instant } from '../domain/instant.ts';

// What linking keeps. Secrets are kept only in a form that is of no use to who reads the store: hashed with SHA-256
// where they are compared, sealed where they are used again.

/** Something secret, encrypted, and the name of the key that opens it. */
export interface Sealed {
  readonly keyId: string;
  /** A JWE in compact form (RFC 7516). */
  readonly jwe: string;
}

/** The permission to link connections of a company, which a link URL carries as a code. */
export interface Link {
  readonly companyId: CompanyId;
  /** The only connection that it is for; `null` if the company's people choose. */
  readonly connectionId: ConnectionId | null;
  /** Whether another account at the platform than the one before may be linked. */
  readonly allowDifferentAccount: boolean;
  /** Until when it can be taken up; once it is, until when the browser may use it. */
  readonly expires: Instant;
  /** The hash of the token of the browser that took it up; `null` before. */
  readonly browser: Buffer | null;
}

/** A link that a browser takes up, and the hash of its code. */
export interface TakenLink extends Link {
  readonly hash: Buffer;
  readonly browser: Buffer;
  /** Until when the browser may use it. */
  readonly usableUntil: Instant;
}

/** One attempt of a company's people to authorize a connection, from when they are sent to the platform. */
export interface Authorization {
  readonly id: AuthorizationId;
  readonly companyId: CompanyId;
  readonly connectionId: ConnectionId;
  /** The hash of the token of the browser that began it, the only one that may end it. */
  readonly browser: Buffer;
  readonly allowDifferentAccount: boolean;
  /** What is needed to take the platform's answer. */
  readonly secrets: Sealed;
  readonly expires: Instant;
  /** How it ended; `null` while it runs. */
  readonly outcome: AuthorizationOutcome | null;
}

/** How an authorization ended. */
export interface AuthorizationOutcome {
  /** 200 if the connection is linked, otherwise what an HTTP status of the same meaning would be. */
  readonly statusCode: number;
  /** Why it failed, for the company's people; `null` if it did not. */
  readonly message: string | null;
}

/** Credentials as they are written. */
export interface SealedCredentials {
  readonly sealed: Sealed;
  /** When the access token stops working. */
  readonly expires: Instant | null;
  /** When they are to be renewed, or are found to have expired; `null` if never. */
  readonly renewAt: Instant | null;
}

/** How the renewal of credentials goes. */
export interface RenewalState {
  /** When it is tried next. */
  readonly renewAt: Instant | null;
  /** How many attempts in a row have failed. */
  readonly failures: number;
  readonly failingSince: Instant | null;
  /** Why the last attempt failed. */
  readonly failure: string | null;
}

/** The credentials of a Linked connection, as they are kept. */
export interface StoredCredentials extends SealedCredentials, RenewalState {
  readonly companyId: CompanyId;
  readonly connectionId: ConnectionId;
  readonly integrationId: IntegrationId;
  /** Changes with each change of the credentials themselves, to one that the connection never had. */
  readonly version: number;
}

/** How well a connection's credentials are, without them. */
export interface CredentialHealth extends RenewalState {
  readonly connectionId: ConnectionId;
  readonly expires: Instant | null;
}

/** Credentials that were erased here, and are to be revoked at the platform. */
export interface Revocation {
  readonly id: RevocationId;
  readonly companyId: CompanyId;
  readonly connectionId: ConnectionId;
  readonly integrationId: IntegrationId;
  readonly sealed: Sealed;
  readonly queued: Instant;
  /** How many attempts have failed. */
  readonly failures: number;
}

/** Which of what is due a process takes on. */
export interface WorkFilter {
  readonly now: Instant;
  /** The keys of the integrations whose platforms the process can ask. */
  readonly keys: readonly string[];
  /** What is due at other platforms is taken on if it was due by then: another process may be able to ask them. */
  readonly othersDueBy: Instant;
  /** The integrations of which the process takes on no more now. */
  readonly except: readonly IntegrationId[];
}

/** The right of one process to do something until a moment, after which another may take it. */
export interface Lease {
  readonly owner: string;
  readonly until: Instant;
}

/** Reads what linking keeps. */
export interface LinkingReader {
  linkByHash(hash: Buffer): Promise<Link | undefined>;
  /**
   * The link that a browser took up last and may still use: for a connection, one of its own before one of its company;
   * without a connection, one of the company.
   */
  linkOfBrowser(visit: {
    readonly companyId: CompanyId;
    readonly connectionId: ConnectionId | undefined;
    readonly browser: Buffer;
    readonly now: Instant;
  }): Promise<Link | undefined>;
  authorizationById(id: AuthorizationId): Promise<Authorization | undefined>;
  credentialHealthByConnectionIds(ids: readonly ConnectionId[]): Promise<CredentialHealth[]>;
  credentialsOfConnection(id: ConnectionId): Promise<StoredCredentials | undefined>;
  /** The platform's account that a connection was linked to last, in the platform's own words. */
  providerAccount(id: ConnectionId): Promise<string | undefined>;
  /** Whether a renewal or a revocation is due that no process has leased. */
  anyLinkingWork(which: WorkFilter): Promise<boolean>;
  /** How many things are sealed with each key that any is sealed with. */
  countSealedByKey(): Promise<ReadonlyMap<string, number>>;
  /** Some of what is sealed with other keys than this, after a place in an order that does not change. */
  sealedOtherwise(keyId: string, limit: number, after?: SealedPlace): Promise<SealedRecord[]>;
}

/** Changes what linking keeps. Credentials go when their connection ceases to be Linked, with the move itself. */
export interface LinkingTransactor {
  /**
   * Binds a link to the browser that takes it up; returns the link, `undefined` if another browser has it or it has
   * expired. For the browser that has it, it is as it was.
   */
  takeLink(link: TakenLink, now: Instant): Promise<Link | undefined>;
  createAuthorization(authorization: Authorization, stateHash: Buffer): Promise<void>;
  /** Ends the wait for the platform's answer, for one caller only: the right browser, in time, for the first time. */
  answerAuthorization(
    stateHash: Buffer,
    browser: Buffer,
    now: Instant,
  ): Promise<Authorization | undefined>;
  finishAuthorization(id: AuthorizationId, outcome: AuthorizationOutcome): Promise<void>;
  /** Forgets links and authorizations that expired before a moment, at most so many of each; answers whether it was all. */
  forgetLinks(before: Instant, limit: number): Promise<boolean>;

  /** Gives a Linked connection credentials, or others than it has. */
  setCredentials(id: ConnectionId, credentials: SealedCredentials): Promise<void>;
  /** Exchanges credentials for renewed ones, if they are still of this version; answers whether they were. */
  renewCredentials(
    id: ConnectionId,
    version: number,
    credentials: SealedCredentials,
  ): Promise<boolean>;
  /** Leases credentials whose renewal is due to one process. */
  claimRenewals(lease: Lease, which: WorkFilter, limit: number): Promise<StoredCredentials[]>;
  /** Notes that a renewal failed and when it is tried again, if the credentials are still of this version. */
  postponeRenewal(id: ConnectionId, version: number, state: RenewalState): Promise<void>;
  setProviderAccount(id: ConnectionId, account: string): Promise<void>;
  /** Tells a connection's history that something failed which changed nothing. */
  noteFailure(connection: Connection, cause: Cause): Promise<void>;

  createRevocation(revocation: Revocation): Promise<void>;
  /** Leases revocations that are due to one process. */
  claimRevocations(lease: Lease, which: WorkFilter, limit: number): Promise<Revocation[]>;
  endRevocation(id: RevocationId): Promise<void>;
  postponeRevocation(id: RevocationId, failures: number, next: Instant): Promise<void>;

  /** Exchanges what is sealed, if it is still what the record says; answers whether it was. */
  reseal(record: SealedRecord, sealed: Sealed): Promise<boolean>;
}

/** Where something sealed is kept. */
export interface SealedPlace {
  readonly kind: 'credentials' | 'revocation' | 'authorization';
  /** The id of the connection, revocation or authorization. */
  readonly id: string;
}

/** Something sealed, and where it is kept. */
export interface SealedRecord extends SealedPlace {
  readonly companyId: CompanyId;
  readonly connectionId: ConnectionId;
  readonly sealed: Sealed;
}
