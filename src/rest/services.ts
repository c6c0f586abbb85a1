import type { Context } from 'hono';
import type { Caller } from '../access/authenticate.ts';
import type { Clock } from '../domain/clock.ts';
import type { ConcurrencyLimit } from '../limits/concurrency.ts';
import type { LinkUrls } from '../linking/link-urls.ts';
import type { LinkingServices } from '../linking/services.ts';
import type { OnBatch } from '../operations/operation-store.ts';
import type { Store } from '../store/store.ts';
import type { StoreCalls } from '../tracing/store-calls.ts';

/** What this face works with. */
export interface RestServices extends LinkingServices {
  readonly links: LinkUrls;
  /** How many API keys may be usable at a time. */
  readonly mostApiKeys: number;
  /** Largest body of a request. */
  readonly bodyBytes: number;
  /** How many operations run at a time. */
  readonly atATime: ConcurrencyLimit;
  /** How long one operation may take. */
  readonly operationMs: number;
  readonly onBatch: OnBatch;
}

/** What is known of a request before it is read, and what is noted of it for the log and the metrics. */
export interface RestNotes {
  readonly requestId: string;
  readonly caller: Caller;
  route?: string;
  operationName?: string | undefined;
  operationType?: 'query' | 'mutation' | 'subscription';
  readonly errorCodes: string[];
  /** Where calls of the store are noted, if anybody wants to know. */
  readonly storeCalls?: StoreCalls;
}

/** What goes along with a request. */
export interface RestEnv {
  readonly Bindings: { readonly notes: RestNotes };
  readonly Variables: {
    /** The store for this request, which serves it for a limited time. */
    readonly store: Store;
    readonly clock: Clock;
  };
}

/** A request that is being answered. */
export type RestContext = Context<RestEnv>;
