import cluster from 'node:cluster';
import { once } from 'node:events';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.ts';
import type { Store } from '../../store/store.ts';
import { startGatewaySandbox } from '../gateway/sandbox.ts';
import { countInMemory } from '../../api/http/request-counts.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { Orders } from './calls.ts';
import { WorkerPool } from './pool.ts';
import type { Answers } from './worker-handle.ts';
import { MetricsOfAll } from './metrics-of-all.ts';
import { reservePort } from './reserved-port.ts';

/**
 * Starts a gateway with several worker processes, on a store that is already open and migrated. Resolves once all
 * workers take requests. This process hands connections to them, counts requests for all, and runs the sandbox.
 */
export async function startWorkers(
  config: Config,
  { store, logger }: { readonly store: Store; readonly logger: Logger },
): Promise<Gateway> {
  const port = await reservePort(config);
  const publicUrl = config.publicUrl ?? port.url;
  const sandbox = await startGatewaySandbox(config, publicUrl, logger);
  const metrics = new MetricsOfAll();
  const countRequests = countInMemory();
  const allPrepared = awaitCalls(config.workers);
  const ordersFor = (number: number): Orders => ({
    number,
    address: port.address,
    publicUrl,
    sandbox: sandbox && { url: sandbox.url, clients: sandbox.clients },
    // In one worker only, so that platforms do not get requests from many. It is replaced like any other.
    worksInBackground: number === 1,
  });
  const answersTo = (number: number): Answers => ({
    async prepared() {
      await allPrepared();
      return ordersFor(number);
    },
    count: (batch) => Promise.all(batch.map(([bucket, times]) => countRequests(bucket, times))),
    metrics: () =>
      metrics.text(
        pool.serving().map(({ id, rpc }) => ({
          id,
          measured: () => rpc.call('measured', undefined),
        })),
      ),
  });
  // The system's own scheduling gives many kept-alive connections to a few workers.
  cluster.schedulingPolicy = cluster.SCHED_RR;
  cluster.setupPrimary({ args: ['worker'] });
  const onGone = (id: number) => void metrics.keep(id);
  const pool = new WorkerPool({
    size: config.workers,
    logger,
    answersTo,
    onGone,
    // A worker that is new would open whatever has the name of the database, or create one, while the others go on with theirs.
    mayReplace: () => store.ready(),
    port,
  });
  try {
    await pool.started;
  } catch (error) {
    port.release();
    await sandbox?.close();
    throw error;
  }
  return {
    url: port.url,
    sandboxUrl: sandbox?.url,
    lost: pool.lost,
    async close() {
      port.release();
      try {
        await pool.stop();
      } finally {
        await sandbox?.close();
      }
    },
  };
}

/** Returns a function whose calls wait until there have been `calls` of them. */
function awaitCalls(calls: number): () => Promise<void> {
  let left = calls;
  const done = new AbortController();
  return async () => {
    left -= 1;
    if (left === 0) done.abort();
    if (!done.signal.aborted) await once(done.signal, 'abort');
  };
}
