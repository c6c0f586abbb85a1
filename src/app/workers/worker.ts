import cluster from 'node:cluster';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Config } from '../../config/config.ts';
import { ConfigError } from '../../config/config.ts';
import { describeFailure } from '../gateway/failure.ts';
import { createHttpServer } from '../../web/http-server.ts';
import { createLogger } from '../gateway/logger.ts';
import { openStore } from '../gateway/open-store.ts';
import { openVault } from '../gateway/open-vault.ts';
import { openPersistedDocuments } from '../gateway/open-persisted-documents.ts';
import { answerRequests, type Answering } from '../gateway/gateway.ts';
import type { PrimaryCalls, WorkerCalls } from './calls.ts';
import { countTogether } from './count-together.ts';
import { openRpc, type Rpc } from './rpc.ts';

/** Handles requests as one of a gateway's workers, until the primary process tells it to stop. */
export async function runWorker(config: Config): Promise<void> {
  if (cluster.worker === undefined) {
    throw new ConfigError('the gateway starts its workers itself: set WORKERS and run the gateway');
  }
  // A terminal and systemd signal all processes of a group, but the primary process decides when a worker ends.
  process.on('SIGINT', () => {}).on('SIGTERM', () => {});
  const stopping = new AbortController();
  let answering: Answering | undefined;
  const ours: WorkerCalls = {
    measured: async () => (await answering?.metrics.measured()) ?? [],
    stop: () => stopping.abort(),
  };
  const primary = openRpc<PrimaryCalls>(process, ours);
  try {
    await answerUntil(stopping.signal, config, primary, (started) => (answering = started));
  } catch (error) {
    // The primary process reports it, once for all workers.
    await primary.call('failed', describeFailure(error));
    process.exit(1);
  }
  // The channel to the primary process, or a trace exporter that retries, would keep the event loop alive.
  process.exit(0);
}

async function answerUntil(
  stop: AbortSignal,
  config: Config,
  primary: Rpc<PrimaryCalls>,
  onStarted: (answering: Answering) => void,
): Promise<void> {
  const { file, readerThreads } = config.database;
  const store = await openStore({ file, readerThreads, platforms: config.platforms });
  try {
    const { vault } = openVault(config);
    const documents = openPersistedDocuments(config);
    const orders = await primary.call('prepared', undefined);
    const logger = await createLogger(config.logLevel, { worker: orders.number });
    // Right after this, Node ends a worker whose primary process is gone.
    cluster.worker?.once('disconnect', () => logger.error('the primary process disconnected'));
    const http = createHttpServer();
    const answering = await answerRequests(http, config, {
      ...orders,
      store,
      onRequest: () => store.beginTurn(),
      integrationAtHand: (id) => store.integrationAtHand(id),
      vault,
      documents,
      logger,
      shared: {
        countRequests: countTogether(async (batch) => {
          const counted = await primary.call('count', batch);
          // Let the counted requests continue together, as if they had just arrived, so that they share one snapshot.
          store.beginTurn();
          await nextTurn();
          return counted;
        }),
        metricsOfAll: () => primary.call('metrics', undefined),
      },
    });
    onStarted(answering);
    await http.listen(orders.address);
    await primary.call('listening', undefined);
    if (!stop.aborted) await new Promise((done) => stop.addEventListener('abort', done));
    await answering.stop();
    await answering.stopTracing();
  } finally {
    await store.close();
  }
}
