import { LRUCache } from 'lru-cache';

/** What requests are counted for. Each purpose has its own counts, so that none uses up another's. */
export type Purpose =
  /** Requests with a valid API key, by key. */
  | 'key'
  /** Requests without a key that anybody may send, by address. */
  | 'anonymous'
  /** Requests without a valid key where one is needed, by address. */
  | 'rejected'
  /** Link pages, by address. */
  | 'link'
  /** Responses of platforms that browsers bring back, by address. */
  | 'callback'
  /** Stylesheets, and GraphiQL with its files, by address. */
  | 'file';

/** A purpose, and the key or address that is counted. */
export type Bucket = `${Purpose}:${string}`;

/** Requests of one bucket in the current window, and the time until it ends, in ms. */
export interface Counted {
  readonly inWindow: number;
  readonly msLeft: number;
}

/** Adds `times` requests to a bucket. */
export type CountRequests = (bucket: Bucket, times: number) => Promise<Counted>;

const windowMs = 60_000;

/**
 * Buckets of each purpose that are kept. One more replaces the one that was used least recently: a sender with so many
 * addresses is not limited by them anyway.
 */
const maxBuckets = 20_000;

interface Window {
  inWindow: number;
  readonly endsMs: number;
}

/**
 * Returns a counter of requests per minute, in the memory of this process. `now` is a time in ms that never goes back: a
 * clock that is set back would make windows longer.
 */
export function countInMemory(now: () => number = () => performance.now()): CountRequests {
  const windows = new Map<string, LRUCache<string, Window>>();
  return async (bucket, times) => {
    const purpose = bucket.slice(0, bucket.indexOf(':'));
    const ofPurpose = windows.get(purpose) ?? new LRUCache({ max: maxBuckets });
    windows.set(purpose, ofPurpose);
    const nowMs = Math.floor(now());
    const last = ofPurpose.get(bucket);
    const current =
      last !== undefined && last.endsMs > nowMs ? last : { inWindow: 0, endsMs: nowMs + windowMs };
    current.inWindow += times;
    if (current !== last) ofPurpose.set(bucket, current);
    return { inWindow: current.inWindow, msLeft: current.endsMs - nowMs };
  };
}
