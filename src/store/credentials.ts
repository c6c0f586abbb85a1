import type { CompanyId, ConnectionId, IntegrationId } from '../domain/id.ts';
import type { Instant } from '../domain/instant.ts';
import type { Sealed } from './sealed.ts';
import type { Lease, WorkFilter } from './work.ts';

/** Sealed credentials, as they are written. */
export interface SealedCredentials {
  readonly sealed: Sealed;
  /** When the access token stops working. */
  readonly expires: Instant | null;
  /** When to renew them or to detect that they have expired; `null` for never. */
  readonly renewAt: Instant | null;
  /** When `renewAt` was set. If that is in the future, a clock was ahead and `renewAt` counts as reached. */
  readonly scheduled: Instant | null;
  /** When the platform issued them; `null` if a caller supplied them. */
  readonly obtained: Instant | null;
}

/** The state of the renewal of credentials. */
interface RenewalState {
  /** The time of the next attempt. */
  readonly renewAt: Instant | null;
  /** How many attempts in a row have failed. */
  readonly failures: number;
  readonly failingSince: Instant | null;
  /** Why the last attempt failed. */
  readonly failure: string | null;
}

/** A renewal that failed. */
export interface FailedRenewal extends RenewalState {
  readonly scheduled: Instant;
  /** When the platform first refused these credentials; `null` if it did not. */
  readonly refusedAt: Instant | null;
  /** See `StoredCredentials`. */
  readonly keptUntil: Instant | null;
}

/** The credentials of a Linked connection, or those kept of a Deauthorized one, as they are stored. */
export interface StoredCredentials extends SealedCredentials, RenewalState {
  readonly companyId: CompanyId;
  readonly connectionId: ConnectionId;
  readonly integrationId: IntegrationId;
  /** Changes whenever the credentials change, always to a value that the connection never had. */
  readonly version: number;
  readonly refusedAt: Instant | null;
  /** The time until which they are kept if their connection is Deauthorized; `null` if it is Linked. */
  readonly keptUntil: Instant | null;
}

/** How long credentials of a Deauthorized connection are kept, and when their renewal is tried next. */
export interface KeptCredentials {
  readonly keptUntil: Instant;
  readonly renewAt: Instant;
  readonly scheduled: Instant;
}

/** The health of a connection's credentials, without the credentials. */
export interface CredentialHealth extends RenewalState {
  readonly connectionId: ConnectionId;
  readonly expires: Instant | null;
}

/** Reads credentials. */
export interface CredentialReader {
  /** Returns the health of the credentials of Linked connections. */
  healthByConnectionIds(ids: readonly ConnectionId[]): Promise<CredentialHealth[]>;
  ofConnection(id: ConnectionId): Promise<StoredCredentials | undefined>;
  /** Returns the account at the platform that the connection was linked to last, as the platform names it. */
  accountOf(id: ConnectionId): Promise<string | undefined>;
  /** Reports whether a renewal is due that no process has leased. */
  isRenewalDue(which: WorkFilter): Promise<boolean>;
}

/**
 * Changes credentials. A move that ends the status Linked also erases the credentials, unless they are kept. A move that
 * ends the status Deauthorized erases those that are kept.
 */
export interface CredentialWriter extends CredentialReader {
  /** Sets or replaces the credentials of a Linked connection. */
  set(id: ConnectionId, credentials: SealedCredentials): Promise<void>;
  /** Replaces credentials of a Linked connection, if their version is still `version`. Returns whether it was. */
  renew(id: ConnectionId, version: number, credentials: SealedCredentials): Promise<boolean>;
  /** Leases to one process credentials that are due for renewal. */
  claimRenewals(lease: Lease, which: WorkFilter, limit: number): Promise<StoredCredentials[]>;
  /** Records a failed renewal and the time of the retry, if the version is still `version`. Returns whether it was. */
  postponeRenewal(id: ConnectionId, version: number, failed: FailedRenewal): Promise<boolean>;
  /**
   * Marks credentials as those to keep when their connection becomes Deauthorized, if their version is still `version`.
   * Returns whether it was. They get another version.
   */
  keep(id: ConnectionId, version: number, kept: KeptCredentials): Promise<boolean>;
  /** Erases credentials, if their version is still `version`. */
  erase(id: ConnectionId, version: number): Promise<void>;
  /** Sets the account that `accountOf` returns, or forgets it. */
  setAccount(id: ConnectionId, account: string | undefined): Promise<void>;
}
