import type { CompanyId, ConnectionId, IntegrationId, RevocationId } from '../domain/id.ts';
import type { Instant } from '../domain/instant.ts';
import type { Sealed } from './sealed.ts';
import type { Lease, WorkFilter } from './work.ts';

/** Credentials that are not, or no longer, kept here and must still be revoked at the platform. */
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

/** A revocation that failed. */
export interface FailedRevocation extends Pick<Revocation, 'failures' | 'queued'> {
  /** The time of the next attempt. */
  readonly next: Instant;
  /** When `next` was set. If that is in the future, a clock was ahead and `next` counts as reached. */
  readonly scheduled: Instant;
}

/** Reads revocations. */
export interface RevocationReader {
  /** Reports whether a revocation is due that no process has leased. */
  isDue(which: WorkFilter): Promise<boolean>;
}

/** A revocation to queue. */
export type NewRevocation = Omit<Revocation, 'companyId' | 'integrationId'>;

/** Changes revocations. */
export interface RevocationWriter extends RevocationReader {
  /** Queues a revocation, also of credentials of a connection that was deleted. */
  create(revocation: NewRevocation): Promise<void>;
  /** Leases to one process revocations that are due. */
  claim(lease: Lease, which: WorkFilter, limit: number): Promise<Revocation[]>;
  end(id: RevocationId): Promise<void>;
  /** Records a failed attempt, and the time of the next one. */
  postpone(id: RevocationId, failed: FailedRevocation): Promise<void>;
}
