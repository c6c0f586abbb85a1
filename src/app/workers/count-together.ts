import type { CountRequests, Counted } from '../../api/http/rate-limit.ts';

/** The number of requests to count for each client. */
export type Batch = readonly (readonly [who: string, times: number])[];

interface Waiting {
  readonly who: string;
  readonly times: number;
  readonly resolve: (counted: Counted) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Counts requests in the primary process, for all workers. Sends the requests of one event loop turn in one message,
 * and the next message after its response: the higher the load, the less a request costs.
 */
export function countTogether(
  countAll: (batch: Batch) => Promise<readonly Counted[]>,
): CountRequests {
  let waiting: Waiting[] = [];
  let isCounting = false;
  const countWaiting = async () => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      await countBatch(batch, countAll);
    }
    isCounting = false;
  };
  return (who, times) =>
    new Promise((resolve, reject) => {
      waiting.push({ who, times, resolve, reject });
      if (isCounting) return;
      isCounting = true;
      setImmediate(() => void countWaiting());
    });
}

/**
 * Counts the requests of each client together, since most have the same client. Each gets the count that it would have
 * got alone.
 */
async function countBatch(
  batch: readonly Waiting[],
  countAll: (batch: Batch) => Promise<readonly Counted[]>,
): Promise<void> {
  const sums = new Map<string, number>();
  for (const { who, times } of batch) sums.set(who, (sums.get(who) ?? 0) + times);
  try {
    const counted = await countAll([...sums]);
    const after = new Map([...sums.keys()].map((who, index) => [who, counted[index]]));
    for (const { who, times, resolve } of batch.toReversed()) {
      const own = after.get(who);
      if (own === undefined) throw new Error('a request was not counted');
      resolve(own);
      after.set(who, { ...own, inWindow: own.inWindow - times });
    }
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
}
