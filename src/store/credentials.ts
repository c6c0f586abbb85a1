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
}

/** The state of the renewal of credentials. */
export interface RenewalState {
  /** The time of the next attempt. */
  readonly renewAt: Instant | null;
  /** How many attempts in a row have failed. */
  readonly failures: number;
  readonly failingSince: Instant | null;
  /** Why the last attempt failed. */
  readonly failure: string | null;
}

/** The credentials of a Linked connection, as they are stored. */
export interface StoredCredentials extends SealedCredentials, RenewalState {
  readonly companyId: CompanyId;
  readonly connectionId: ConnectionId;
  readonly integrationId: IntegrationId;
  /** Changes whenever the credentials change, always to a value that the connection never had. */
  readonly version: number;
}

/** The health of a connection's credentials, without the credentials. */
export interface CredentialHealth extends RenewalState {
  readonly connectionId: ConnectionId;
  readonly expires: Instant | null;
}

/** Reads the credentials of Linked connections. */
export interface CredentialReader {
  healthByConnectionIds(ids: readonly ConnectionId[]): Promise<CredentialHealth[]>;
  ofConnection(id: ConnectionId): Promise<StoredCredentials | undefined>;
  /** Returns the account at the platform that the connection was linked to last, as the platform names it. */
  accountOf(id: ConnectionId): Promise<string | undefined>;
  /** Reports whether a renewal is due that no process has leased. */
  isRenewalDue(which: WorkFilter): Promise<boolean>;
}

/** Changes credentials. A move that ends the status Linked also erases the credentials. */
export interface CredentialWriter extends CredentialReader {
  /** Sets or replaces the credentials of a Linked connection. */
  set(id: ConnectionId, credentials: SealedCredentials): Promise<void>;
  /** Replaces credentials with renewed ones, if their version is still `version`. Returns whether it was. */
  renew(id: ConnectionId, version: number, credentials: SealedCredentials): Promise<boolean>;
  /** Leases to one process credentials that are due for renewal. */
  claimRenewals(lease: Lease, which: WorkFilter, limit: number): Promise<StoredCredentials[]>;
  /** Records a failed renewal and the time of the retry, if the version is still `version`. Returns whether it was. */
  postponeRenewal(id: ConnectionId, version: number, state: RenewalState): Promise<boolean>;
  /** Sets the account that `accountOf` returns, or forgets it. */
  setAccount(id: ConnectionId, account: string | undefined): Promise<void>;
}
