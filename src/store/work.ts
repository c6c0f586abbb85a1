import type { IntegrationId } from '../domain/id.ts';
import type { Instant } from '../domain/instant.ts';

/** Selects the due work that a process takes on. */
export interface WorkFilter {
  readonly now: Instant;
  /** The keys of the integrations whose platforms the process can call. */
  readonly keys: readonly string[];
  /** The latest end that a lease can have now. A later one was taken while the clock was ahead, and counts as over. */
  readonly latestLease: Instant;
  /** Work for other platforms is taken on only if it was due by this time: another process may be able to call them. */
  readonly othersDueBy: Instant;
  /** The integrations that the process takes on no more work for now. */
  readonly except: readonly IntegrationId[];
}

/** The exclusive right of a process to do some work until a moment. After it, another process may take over. */
export interface Lease {
  readonly owner: string;
  readonly until: Instant;
}
