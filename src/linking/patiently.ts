import { StoreUnavailableError } from '../store/store.ts';

/** Each try waits for about a second by itself. */
const mostTries = 20;

/**
 * Tries again while another process writes: what a platform granted is lost, perhaps for good, if it is not kept.
 */
export async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      const isBusy = error instanceof StoreUnavailableError && error.why === 'busy';
      if (!isBusy || tries >= mostTries) throw error;
    }
  }
}
