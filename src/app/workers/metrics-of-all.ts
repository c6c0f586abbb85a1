import { setTimeout as pause } from 'node:timers/promises';
import { AggregatorRegistry, collectDefaultMetrics, Registry, type Aggregator } from 'prom-client';
import type { Measured } from '../../api/http/metrics.ts';

/** One whose metrics are asked for. */
interface Measurer {
  /** Told apart by it, for as long as the gateway runs. */
  readonly id: number;
  readonly measured: () => Promise<Measured>;
}

/** A worker that is busy for longer is reported as it was at the scrape before. */
const patienceMs = 2000;

/** Where neither the sum nor what prom-client has in mind would show that one of the processes is in trouble. */
const aggregators: Readonly<Record<string, Aggregator>> = {
  nodejs_eventloop_lag_seconds: 'max',
  nodejs_eventloop_lag_p50_seconds: 'max',
  nodejs_eventloop_lag_p90_seconds: 'max',
  nodejs_eventloop_lag_p99_seconds: 'max',
  // Of the gateway.
  process_start_time_seconds: 'min',
};

/** The metrics of all processes of a gateway, put together by the primary one. */
export class MetricsOfAll {
  readonly #own = new Registry();
  readonly #last = new Map<number, Measured>();
  /** What those have counted that are gone: what only grows must not shrink with them. */
  #gone: Measured = [];

  constructor() {
    collectDefaultMetrics({ register: this.#own });
  }

  /** What all have measured, in the form that Prometheus reads. */
  async text(workers: readonly Measurer[]): Promise<string> {
    // As it is now: whoever is asked in vain is reported from what it said before, and not a second time.
    const gone = this.#gone;
    const [own, ...theirs] = await Promise.all([
      this.#own.getMetricsAsJSON(),
      ...workers.map((worker) => this.#ask(worker)),
    ]);
    return aggregated([own, ...theirs, gone]).metrics();
  }

  /** Keeps what a worker that is gone had counted at the last scrape. */
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
