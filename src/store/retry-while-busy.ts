import { setTimeout as pause } from 'node:timers/promises';
import { StoreUnavailableError } from './unavailable.ts';

/** Each try waits for about a second. */
const maxTries = 60;
const fullMs = 1000;

/**
 * Tries again while another process writes, or the disk is full; for work that, unlike a request, has nobody who waits
 * for its answer, and whose result may be all that there is of a refresh token.
 */
export async function retryWhileBusy<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      const why = error instanceof StoreUnavailableError ? error.why : undefined;
      if ((why !== 'busy' && why !== 'full') || tries >= maxTries) throw error;
      // The store itself waits for a lock.
      if (why === 'full') await pause(fullMs);
    }
  }
}
