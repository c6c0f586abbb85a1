import type { CompanyId, ConnectionId, IntegrationId } from '../domain/id.ts';
import type { Instant } from '../domain/instant.ts';
import type { Sealed } from './sealed.ts';
import type { Lease, WorkFilter } from './work.ts';

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

/** Reads the credentials of Linked connections. */
export interface CredentialReader {
  healthByConnectionIds(ids: readonly ConnectionId[]): Promise<CredentialHealth[]>;
  ofConnection(id: ConnectionId): Promise<StoredCredentials | undefined>;
  /** The platform's account that a connection was linked to last, in the platform's own words. */
  accountOf(id: ConnectionId): Promise<string | undefined>;
  /** Whether a renewal is due that no process has leased. */
  isRenewalDue(which: WorkFilter): Promise<boolean>;
}

/** Changes credentials. They go when their connection ceases to be Linked, with the move itself. */
export interface CredentialWriter extends CredentialReader {
  /** Gives a Linked connection credentials, or others than it has. */
  set(id: ConnectionId, credentials: SealedCredentials): Promise<void>;
  /** Exchanges credentials for renewed ones, if they are still of this version; returns whether they were. */
  renew(id: ConnectionId, version: number, credentials: SealedCredentials): Promise<boolean>;
  /** Leases credentials whose renewal is due to one process. */
  claimRenewals(lease: Lease, which: WorkFilter, limit: number): Promise<StoredCredentials[]>;
  /** Notes that a renewal failed and when it is tried again, if the credentials are still of this version. */
  postponeRenewal(id: ConnectionId, version: number, state: RenewalState): Promise<void>;
  setAccount(id: ConnectionId, account: string): Promise<void>;
}
