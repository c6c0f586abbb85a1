import type { IntegrationId } from '../domain/id.ts';
import type { Instant } from '../domain/instant.ts';

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
