import type { Measured } from '../../api/http/metrics.ts';
import type { Counted } from '../../api/http/request-counts.ts';
import type { Address } from '../../web/listen.ts';
import type { Surroundings } from '../gateway/gateway.ts';
import type { Batch } from './count-together.ts';

/** The primary process's instructions to a worker that may listen. */
export interface Orders extends Omit<Surroundings, 'shared'> {
  /** The worker's number, from 1. A replacement takes over the number. */
  readonly number: number;
  readonly address: Address;
}

/** The calls that a worker can make to the primary process. A type, because an interface is not a `Record`. */
export type PrimaryCalls = {
  /** Reports that the worker is ready to listen. Resolves when it may. */
  prepared(input: undefined): Promise<Orders>;
  /** Reports that the worker listens. */
  listening(input: undefined): void;
  /** Reports why the worker ends. */
  failed(why: string): void;
  /** Counts requests for all workers. */
  count(batch: Batch): Promise<Counted[]>;
  /** Returns the metrics of all processes, in Prometheus's format. */
  metrics(input: undefined): Promise<string>;
};

/** The calls that the primary process can make to a worker. */
export type WorkerCalls = {
  measured(input: undefined): Promise<Measured>;
  /** Makes the worker finish its running work and end. */
  stop(input: undefined): void;
};
