import type { ServerResponse } from 'node:http';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { StoreReader } from '../../store/store.ts';
import type { CallerRoute } from './access.ts';
import type { RequestInfo } from '../request-info.ts';

/** Metrics of the gateway in the Prometheus format. */
export interface Metrics {
  /** Counts a finished request. */
  requestDone(response: ServerResponse, info: RequestInfo): void;
  /** Counts a batched read of `size` ids through an access path. */
  batchLoaded(path: string, size: number): void;
  readonly route: CallerRoute;
  /** Returns the metrics of this process. */
  measured(): Promise<Measured>;
}

/** Metrics in the form that processes send each other. */
export type Measured = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** Maximum number of operation names. Clients choose names, and each adds series, so further names count as `other`. */
const maxOperationNames = 100;

/**
 * Creates the metrics of one gateway. If it has several processes, `ofAll` returns the metrics of all of them in the
 * Prometheus format.
 */
export function createMetrics(store: StoreReader, ofAll?: () => Promise<string>): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'connexions_request_duration_seconds',
    help: 'Duration of requests in seconds, by operation and HTTP status.',
    labelNames: ['operation', 'type', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  const errors = new Counter({
    name: 'connexions_errors_total',
    help: 'Errors returned, by code.',
    labelNames: ['code'],
    registers: [registry],
  });
  const batches = new Histogram({
    name: 'connexions_batch_size',
    help: 'Number of ids that one statement read, by access path.',
    labelNames: ['path'],
    buckets: [1, 2, 5, 10, 20, 50, 100, 250, 1000],
    registers: [registry],
  });
  // Only the process that serves the metrics request collects these: they describe the database, not a process.
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
          // The client disconnected before the response started.
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
