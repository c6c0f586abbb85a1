import type { Bucket, CountRequests, Counted } from '../../api/http/request-counts.ts';

/** The number of requests to count for each bucket. */
export type Batch = readonly (readonly [bucket: Bucket, times: number])[];

interface Waiting {
  readonly bucket: Bucket;
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
  return (bucket, times) =>
    new Promise((resolve, reject) => {
      waiting.push({ bucket, times, resolve, reject });
      if (isCounting) return;
      isCounting = true;
      setImmediate(() => void countWaiting());
    });
}

/**
 * Counts the requests of each bucket together, since most have the same bucket. Each gets the count that it would have
 * got alone.
 */
async function countBatch(
  batch: readonly Waiting[],
  countAll: (batch: Batch) => Promise<readonly Counted[]>,
): Promise<void> {
  const sums = new Map<Bucket, number>();
  for (const { bucket, times } of batch) sums.set(bucket, (sums.get(bucket) ?? 0) + times);
  try {
    const counted = await countAll([...sums]);
    const after = new Map([...sums.keys()].map((bucket, index) => [bucket, counted[index]]));
    for (const { bucket, times, resolve } of batch.toReversed()) {
      const own = after.get(bucket);
      if (own === undefined) throw new Error('a request was not counted');
      resolve(own);
      after.set(bucket, { ...own, inWindow: own.inWindow - times });
    }
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
}
