import { idempotencyLimits } from '../../domain/idempotency.ts';
import type { Instant } from '../../domain/instant.ts';
import type { StoreTransactor } from '../../store/store.ts';
import { authorizationMs, takenMs } from '../lifetimes.ts';
import type { LinkingServices } from '../services.ts';

const everyMs = 10 * 60 * 1000;
/** How long to wait after a failure, in ms. */
const againMs = 60 * 1000;
/** How long links and authorizations are kept after they expire, in ms. */
const rememberMs = 60 * 60 * 1000;
/** The maximum number of rows per table that one transaction changes, so that it holds the write lock only briefly. */
const rowsAtOnce = 5000;
/** The same for stored responses, each of which may take 64 KB. */
const answersAtOnce = 500;

/**
 * Removes expired records. A clock that is ahead for less than ten minutes does no harm: nothing is removed that was not
 * expired at the last look, and times that were recorded meanwhile are corrected.
 */
export class Housekeeping {
  readonly #services: LinkingServices;
  #lastLook: Instant;
  #next: Instant;

  constructor(services: LinkingServices) {
    this.#services = services;
    this.#lastLook = services.clock.now();
    this.#next = this.#lastLook + everyMs;
  }

  /** Removes some of what has expired, if it is time for it. */
  async run(): Promise<void> {
    const { store, clock } = this.#services;
    const now = clock.now();
    // A time that is further away than it can be was set while the clock was ahead.
    if (now < this.#next && this.#next <= now + everyMs) return;
    // So that a store that fails is not tried, and logged, at each round.
    this.#next = now + againMs;
    const lookedAt = Math.min(this.#lastLook, now);
    const isAll = await store.transact(async (tx) => {
      const nothingLeft = [...(await forget(tx, lookedAt)), ...(await correct(tx, now))];
      return nothingLeft.every(Boolean);
    });
    if (isAll) this.#lastLook = now;
    this.#next = isAll ? now + everyMs : now;
  }
}

/** Removes what had expired at a time. Returns, for each kind, whether nothing is left. */
async function forget(tx: StoreTransactor, at: Instant): Promise<boolean[]> {
  return [
    await tx.links.forget(at - rememberMs, rowsAtOnce),
    await tx.authorizations.forget(at - rememberMs, rowsAtOnce),
    await tx.idempotentAnswers.forget(at - idempotencyLimits.keptMs, answersAtOnce),
  ];
}

/** Corrects times that are later than any that can be recorded now. Returns, for each kind, whether nothing is left. */
async function correct(tx: StoreTransactor, now: Instant): Promise<boolean[]> {
  return [
    await tx.links.correct(now + takenMs, rowsAtOnce),
    await tx.authorizations.correct(now + authorizationMs, rowsAtOnce),
    await tx.idempotentAnswers.correct(now, answersAtOnce),
    await tx.apiKeys.correct(now, rowsAtOnce),
  ];
}
