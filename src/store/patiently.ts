import { StoreUnavailableError } from './store.ts';

/** Each try waits for about a second. */
const mostTries = 60;

/** Tries again while another process writes; for work that, unlike a request, has nobody who waits for its answer. */
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
