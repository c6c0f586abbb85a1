import { setTimeout as pause } from 'node:timers/promises';
import { StoreUnavailableError } from './unavailable.ts';

/** Each try waits about one second. */
const maxTries = 60;
const fullMs = 1000;

/**
 * Retries while another process writes or the disk is full. For work that no request waits for, and whose result may be
 * the only copy of a refresh token.
 */
export async function retryWhileBusy<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      const why = error instanceof StoreUnavailableError ? error.why : undefined;
      if ((why !== 'busy' && why !== 'full') || tries >= maxTries) throw error;
      // If busy, the store itself has waited for the lock.
      if (why === 'full') await pause(fullMs);
    }
  }
}
