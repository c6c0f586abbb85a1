import { attemptFailure, type AttemptFailure } from './attempt-failure.ts';

/** What came of credentials that were due. */
export type Outcome =
  /** They were renewed. */
  | 'renewed'
  /** They were revoked. */
  | 'revoked'
  /** The connection is Linked again with renewed credentials. */
  | 'restored'
  /** It is tried again later. */
  | 'postponed'
  /** The connection became Deauthorized. */
  | 'deauthorized'
  /** They were erased. */
  | 'erased'
  /** Something else changed them meanwhile. */
  | 'superseded';

/** What came of credentials that were due, and how long the platform asks to wait, in ms. */
export interface Processed {
  readonly outcome: Outcome;
  readonly retryAfterMs?: number | undefined;
}

/** Runs `work`, and `afterFailure` if it fails. Throws a fault of the gateway again. */
export async function processed(
  work: () => Promise<Outcome>,
  afterFailure: (failure: AttemptFailure) => Promise<Outcome>,
): Promise<Processed> {
  try {
    return { outcome: await work() };
  } catch (error) {
    const failure = attemptFailure(error);
    const outcome = await afterFailure(failure);
    if (failure.isFault) throw error;
    return { outcome, retryAfterMs: failure.retryAfterMs };
  }
}
