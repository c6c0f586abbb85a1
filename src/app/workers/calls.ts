import type { Measured } from '../../api/http/metrics.ts';
import type { Counted } from '../../api/http/rate-limit.ts';
import type { Address } from '../../web/listen.ts';
import type { Surroundings } from '../gateway/gateway.ts';
import type { Batch } from './count-together.ts';

/** What a worker is told when it may listen. */
export interface Orders extends Omit<Surroundings, 'shared'> {
  /** Its place among the workers, from 1, which whoever replaces it takes over. */
  readonly number: number;
  readonly address: Address;
}

/** What the primary process answers a worker. A type, since an interface would not do as a `Record`. */
export type PrimaryCalls = {
  /** Says that it could listen; answered when it may. */
  prepared(input: undefined): Promise<Orders>;
  /** Says that it listens. */
  listening(input: undefined): void;
  /** Says why it ends. */
  failed(why: string): void;
  /** Counts requests for all workers. */
  count(batch: Batch): Promise<Counted[]>;
  /** The metrics of all processes, in the form that Prometheus reads. */
  metrics(input: undefined): Promise<string>;
};

/** What a worker answers the primary process. */
export type WorkerCalls = {
  measured(input: undefined): Promise<Measured>;
  /** Tells it to finish what it has begun and end. */
  stop(input: undefined): void;
};
