import { setTimeout as pause } from 'node:timers/promises';
import { AggregatorRegistry, collectDefaultMetrics, Registry, type Aggregator } from 'prom-client';
import type { Measured } from '../../api/http/metrics.ts';

/** A worker whose metrics are requested. */
interface Measurer {
  /** Unique for as long as the gateway runs. */
  readonly id: number;
  readonly measured: () => Promise<Measured>;
}

/** How long to wait for a worker. A slower one is reported with its values of the previous scrape. */
const patienceMs = 2000;

/** Aggregators for metrics where prom-client's default would hide that one of the processes is in trouble. */
const aggregators: Readonly<Record<string, Aggregator>> = {
  nodejs_eventloop_lag_seconds: 'max',
  nodejs_eventloop_lag_p50_seconds: 'max',
  nodejs_eventloop_lag_p90_seconds: 'max',
  nodejs_eventloop_lag_p99_seconds: 'max',
  // The start of the gateway.
  process_start_time_seconds: 'min',
};

/** Combines the metrics of all processes of a gateway, in the primary process. */
export class MetricsOfAll {
  readonly #own = new Registry();
  readonly #last = new Map<number, Measured>();
  /** The counts of workers that are gone, so that counters do not shrink. */
  #gone: Measured = [];

  constructor() {
    collectDefaultMetrics({ register: this.#own });
  }

  /** Returns the metrics of all processes, in Prometheus's format. */
  async text(workers: readonly Measurer[]): Promise<string> {
    // Read before asking: a worker that ends meanwhile is reported with its last values and must not count twice.
    const gone = this.#gone;
    const [own, ...theirs] = await Promise.all([
      this.#own.getMetricsAsJSON(),
      ...workers.map((worker) => this.#ask(worker)),
    ]);
    return aggregated([own, ...theirs, gone]).metrics();
  }

  /** Keeps the counts of a worker that is gone, as of the last scrape. */
  async keep(id: number): Promise<void> {
    const last = this.#last.get(id) ?? [];
    this.#last.delete(id);
    const counted = last.filter(({ type }) => ['counter', 'histogram'].includes(String(type)));
    this.#gone = await aggregated([this.#gone, counted]).getMetricsAsJSON();
  }

  async #ask({ id, measured }: Measurer): Promise<Measured> {
    const last = this.#last.get(id) ?? [];
    const inTime = new AbortController();
    const tooLate = pause(patienceMs, undefined, { signal: inTime.signal });
    const answer = await Promise.race([measured(), tooLate]).catch(() => undefined);
    inTime.abort();
    if (answer !== undefined) this.#last.set(id, answer);
    return answer ?? last;
  }
}

function aggregated(all: readonly Measured[]): Registry {
  const named = all.map((metrics) =>
    metrics.map((metric) => ({
      ...metric,
      aggregator: aggregators[metric.name] ?? metric.aggregator,
    })),
  );
  return AggregatorRegistry.aggregate(named);
}
