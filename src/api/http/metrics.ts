import type { ServerResponse } from 'node:http';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { StoreReader } from '../../store/store.ts';
import type { CallerRoute } from './access.ts';
import type { RequestInfo } from '../request-info.ts';

/** What the gateway measures of itself, in the form that Prometheus reads. */
export interface Metrics {
  /** Counts a request once its answer is out. */
  requestDone(response: ServerResponse, info: RequestInfo): void;
  /** Counts a read of many records at once. */
  batchLoaded(path: string, size: number): void;
  readonly route: CallerRoute;
  /** What this process has measured of itself. */
  measured(): Promise<Measured>;
}

/** Metrics, as they are handed from process to process. */
export type Measured = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** Names beyond this many count as `other`: clients choose them, and each makes series of its own. */
const maxOperationNames = 100;

/**
 * Makes the metrics of one gateway. Where it has several processes, `ofAll` asks for what all of them have measured, in the
 * form that Prometheus reads.
 */
export function createMetrics(store: StoreReader, ofAll?: () => Promise<string>): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'connexions_request_duration_seconds',
    help: 'How long requests took, by operation and HTTP status.',
    labelNames: ['operation', 'type', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  const errors = new Counter({
    name: 'connexions_errors_total',
    help: 'Errors that were answered, by code.',
    labelNames: ['code'],
    registers: [registry],
  });
  const batches = new Histogram({
    name: 'connexions_batch_size',
    help: 'How many ids one statement read, by the access path.',
    labelNames: ['path'],
    buckets: [1, 2, 5, 10, 20, 50, 100, 250, 1000],
    registers: [registry],
  });
  // Counted by the one process that is asked: they are the database's, not the process' own.
  const ofDatabase = new Registry();
  ofDatabase.registerMetric(connectionsByStatus(store));
  const everything = Registry.merge([registry, ofDatabase]);

  const names = new Set<string>();
  const bounded = (name: string) => {
    if (!names.has(name) && names.size >= maxOperationNames) return 'other';
    names.add(name);
    return name;
  };
  return {
    requestDone(
      { headersSent, statusCode },
      { startedMs, operationName, operationType, errorCodes },
    ) {
      duration.observe(
        {
          operation: operationName === undefined ? 'unnamed' : bounded(operationName),
          type: operationType ?? 'none',
          // No answer was begun for a client that went away.
          status: headersSent ? statusCode : 'none',
        },
        (performance.now() - startedMs) / 1000,
      );
      for (const code of errorCodes) errors.inc({ code });
    },
    batchLoaded: (path, size) => batches.observe({ path }, size),
    async route(_, response) {
      const text =
        ofAll === undefined
          ? await everything.metrics()
          : (await Promise.all([ofAll(), ofDatabase.metrics()])).join('\n');
      response.writeHead(200, { 'content-type': registry.contentType }).end(text);
    },
    measured: () => registry.getMetricsAsJSON(),
  };
}

function connectionsByStatus(store: StoreReader): Gauge<'status'> {
  return new Gauge({
    name: 'connexions_connections',
    help: 'Connections that are not deleted, by status.',
    labelNames: ['status'],
    registers: [],
    async collect() {
      this.reset();
      for (const { status, count } of await store.connections.countsByStatus()) {
        this.set({ status }, count);
      }
    },
  });
}
