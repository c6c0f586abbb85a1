import type { CountRequest, Standing } from '../http/rate-limit.ts';

interface Waiting {
  readonly who: string;
  readonly resolve: (standing: Standing) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Counts requests where all workers do. Those that came in one turn of the event loop go in one message, and no more until
 * that is answered: the more there is to do, the less a request costs.
 */
export function countTogether(
  countAll: (who: readonly string[]) => Promise<readonly Standing[]>,
): CountRequest {
  let waiting: Waiting[] = [];
  let isCounting = false;
  const count = async (batch: readonly Waiting[]) => {
    try {
      const standings = await countAll(batch.map(({ who }) => who));
      for (const [index, { resolve, reject }] of batch.entries()) {
        const standing = standings[index];
        if (standing) resolve(standing);
        else reject(new Error('a request was not counted'));
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };
  const countWaiting = async () => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      await count(batch);
    }
    isCounting = false;
  };
  return (who) =>
    new Promise((resolve, reject) => {
      waiting.push({ who, resolve, reject });
      if (isCounting) return;
      isCounting = true;
      setImmediate(() => void countWaiting());
    });
}
