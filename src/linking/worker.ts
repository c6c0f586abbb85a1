import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { StoreUnavailableError } from '../store/store.ts';
import { renew } from './renew.ts';
import { revoke } from './revoke.ts';
import type { LinkingServices } from './services.ts';

/** How often it is looked for what is due. */
const everyMs = 1000;
/** As much as one process takes on at a time. */
const mostAtOnce = 20;
/** Longer than any attempt takes: platforms are given 10 s for each request. */
const leaseMs = 2 * 60 * 1000;
const forgetEveryMs = 10 * 60 * 1000;
/** For so long after they expired it is known of links that they existed. */
const rememberMs = 24 * 60 * 60 * 1000;
/** Forgotten at a time, so that nobody has to wait for the write lock. */
const forgottenAtOnce = 5000;

/** Renews and revokes in the background. */
export interface LinkingWorker {
  /** Finishes what has begun. */
  stop(): Promise<void>;
}

/** Starts renewing credentials before they expire, and revoking those that were given up. */
export function startLinkingWorker(services: LinkingServices, logger: Logger): LinkingWorker {
  const worker = new Worker(services, logger);
  return { stop: () => worker.stop() };
}

class Worker {
  readonly #services: LinkingServices;
  readonly #logger: Logger;
  readonly #owner = randomUUID();
  readonly #running = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #ended: Promise<void>;
  #forgetAt = Date.now() + forgetEveryMs;

  constructor(services: LinkingServices, logger: Logger) {
    this.#services = services;
    this.#logger = logger;
    this.#ended = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#ended;
    await Promise.all(this.#running);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#guard(() => this.#begin());
      await this.#guard(() => this.#forget());
      // A platform that is slow holds up those of its own connections that it has been asked for, and no others.
      const isFull = this.#running.size >= mostAtOnce;
      await Promise.race([
        pause(everyMs, undefined, { signal }).catch(() => undefined),
        ...(isFull ? this.#running : []),
      ]);
    }
  }

  /** Begins what is due, as far as there is room. */
  async #begin(): Promise<void> {
    const { store } = this.#services;
    const room = mostAtOnce - this.#running.size;
    const now = Date.now();
    // Looks before it locks: mostly there is nothing to do.
    if (room === 0 || !(await store.anyLinkingWork(now))) return;
    const lease = { owner: this.#owner, until: now + leaseMs };
    const claimed = await store.transact(async (tx) => {
      const revocations = await tx.claimRevocations(lease, now, room);
      const renewals = await tx.claimRenewals(lease, now, room - revocations.length);
      return { renewals, revocations };
    });
    for (const renewal of claimed.renewals) {
      this.#start(async () => {
        const outcome = await renew(this.#services, renewal);
        const { connectionId } = renewal;
        this.#logger.debug({ connectionId, outcome }, 'credentials were due');
      });
    }
    for (const revocation of claimed.revocations) {
      this.#start(() => revoke(this.#services, revocation));
    }
  }

  #start(work: () => Promise<void>): void {
    const running = this.#guard(work).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Logs what fails: it is tried again, at the latest when the lease has run out. */
  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const level = error instanceof StoreUnavailableError ? 'warn' : 'error';
      this.#logger[level]({ err: error }, 'work on credentials failed');
    }
  }

  async #forget(): Promise<void> {
    const now = Date.now();
    if (now < this.#forgetAt) return;
    const isAll = await this.#services.store.transact((tx) =>
      tx.forgetLinks(now - rememberMs, forgottenAtOnce),
    );
    if (isAll) this.#forgetAt = now + forgetEveryMs;
  }
}
