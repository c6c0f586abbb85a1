import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { IntegrationId } from '../../domain/id.ts';
import type { StoredCredentials } from '../../store/credentials.ts';
import type { WorkFilter } from '../../store/work.ts';
import { StoreUnavailableError } from '../../store/unavailable.ts';
import { Housekeeping } from './housekeeping.ts';
import { PlatformRests } from './platform-rests.ts';
import type { Processed } from './processed.ts';
import { renew } from './renew.ts';
import { isKept, restore } from './restore.ts';
import { revoke } from './revoke.ts';
import type { LinkingServices } from '../services.ts';

/** The poll interval for due work, in ms. */
const everyMs = 1000;
/** The maximum number of jobs that run in one process at a time. */
const maxAtOnce = 200;
/** No new jobs of one integration start while this many run: a slow platform must leave room for the others. */
const maxOfOne = 20;
/** The maximum number of jobs that one transaction leases. */
const batchSize = 20;
/** How long, in ms, other processes come first for platforms that this process has no client credentials for. */
const othersFirstMs = 10_000;
/** Longer than any attempt takes: a request to a platform times out after 10 s, and the store after a minute. */
const leaseMs = 2 * 60 * 1000;
/** How long `stop` waits for running jobs, in ms: a platform's response may hold the only valid refresh token. */
const finishMs = 20_000;

/** Renews and revokes credentials, and removes expired records, in the background. */
export interface LinkingWorker {
  /** Starts no more jobs, and waits up to 20 s for the running ones. */
  stop(): Promise<void>;
}

/** Starts renewing credentials before they expire, and revoking those of unlinked and deleted connections. */
export function startLinkingWorker(services: LinkingServices, logger: Logger): LinkingWorker {
  const worker = new Worker(services, logger);
  return { stop: () => worker.stop() };
}

class Worker {
  readonly #services: LinkingServices;
  readonly #logger: Logger;
  readonly #owner = randomUUID();
  readonly #running = new Map<Promise<void>, IntegrationId>();
  readonly #stopping = new AbortController();
  readonly #rests: PlatformRests;
  readonly #housekeeping: Housekeeping;
  readonly #ended: Promise<void>;

  constructor(services: LinkingServices, logger: Logger) {
    this.#services = services;
    this.#logger = logger;
    this.#rests = new PlatformRests(services.clock);
    this.#housekeeping = new Housekeeping(services);
    this.#ended = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#ended;
    const limit = new AbortController();
    await Promise.race([
      Promise.all(this.#running.keys()),
      this.#services.clock.wait(finishMs, limit.signal),
    ]);
    limit.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const begun = await this.#guard(() => this.#begin());
      await this.#guard(() => this.#housekeeping.run());
      // After a full batch, look for more at once.
      if (begun === batchSize) continue;
      const isFull = this.#running.size >= maxAtOnce || this.#busy().length > 0;
      const waiting = new AbortController();
      const until = AbortSignal.any([signal, waiting.signal]);
      await Promise.race([
        this.#services.clock.wait(everyMs, until),
        ...(isFull ? this.#running.keys() : []),
      ]);
      // Otherwise timers pile up when jobs end faster than the poll interval.
      waiting.abort();
    }
  }

  /** Starts due jobs, as far as there is room. Returns how many it started. */
  async #begin(): Promise<number> {
    const { store, platforms, clock } = this.#services;
    const limit = Math.min(batchSize, maxAtOnce - this.#running.size);
    const now = clock.now();
    const which: WorkFilter = {
      now,
      keys: [...platforms.keys()],
      // Twice as long as a lease, so that a clock that is set back a little ends none.
      latestLease: now + 2 * leaseMs,
      othersDueBy: now - othersFirstMs,
      except: [...this.#busy(), ...this.#rests.all()],
    };
    // Read before taking the write lock: usually nothing is due.
    if (limit === 0 || !(await this.#isAnyDue(which))) return 0;
    const lease = { owner: this.#owner, until: now + leaseMs };
    const { renewals, revocations } = await store.transact(async (tx) => {
      const toRevoke = await tx.revocations.claim(lease, which, limit);
      const toRenew = await tx.credentials.claimRenewals(lease, which, limit - toRevoke.length);
      return { renewals: toRenew, revocations: toRevoke };
    });
    for (const renewal of renewals) {
      this.#start(renewal, () =>
        isKept(renewal) ? restore(this.#services, renewal) : renew(this.#services, renewal),
      );
    }
    for (const revocation of revocations) {
      this.#start(revocation, () => revoke(this.#services, revocation));
    }
    return renewals.length + revocations.length;
  }

  async #isAnyDue(which: WorkFilter): Promise<boolean> {
    const { store } = this.#services;
    return (await store.credentials.isRenewalDue(which)) || (await store.revocations.isDue(which));
  }

  /** Returns the integrations with at least `maxOfOne` running jobs. */
  #busy(): IntegrationId[] {
    const counts = new Map<IntegrationId, number>();
    for (const id of this.#running.values()) counts.set(id, (counts.get(id) ?? 0) + 1);
    return [...counts].filter(([, count]) => count >= maxOfOne).map(([id]) => id);
  }

  #start(
    { connectionId, integrationId }: Pick<StoredCredentials, 'connectionId' | 'integrationId'>,
    work: () => Promise<Processed>,
  ): void {
    const running = this.#guard(async () => {
      const { outcome, retryAfterMs } = await work();
      this.#rests.note(integrationId, retryAfterMs);
      this.#logger.debug({ connectionId, outcome }, 'due credentials were processed');
    }).finally(() => this.#running.delete(running));
    this.#running.set(running, integrationId);
  }

  /** Logs failures. Failed work is retried, at the latest when its lease expires. */
  async #guard<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      const level = error instanceof StoreUnavailableError ? 'warn' : 'error';
      this.#logger[level]({ err: error }, 'background work on credentials failed');
      return undefined;
    }
  }
}
