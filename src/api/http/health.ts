import type { ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Store } from '../../store/store.ts';
import type { Route } from './listener.ts';

/** Reports that the process runs. A response is enough to show it. */
export const liveRoute: Route = async (_, response) => {
  answerHealth(response, 200, 'live');
};

interface ReadyOptions {
  readonly store: Pick<Store, 'ready'>;
  readonly isStopping: () => boolean;
  readonly logger: Logger;
}

/**
 * Reports whether the gateway is ready for requests: the store responds, its database is where it was, and the gateway
 * is not stopping. Logs when the store ceases to be ready, and when it is ready again, not each probe.
 */
export function readyRoute({ store, isStopping, logger }: ReadyOptions): Route {
  let wasReady = true;
  return async (_, response) => {
    if (isStopping()) {
      answerHealth(response, 503, 'stopping');
      return;
    }
    const { isReady, error } = await store.ready().then(
      () => ({ isReady: true, error: undefined }),
      (reason: unknown) => ({ isReady: false, error: reason }),
    );
    if (isReady && !wasReady) logger.info('ready again');
    if (!isReady && wasReady) logger.error({ err: error }, 'not ready');
    wasReady = isReady;
    answerHealth(response, isReady ? 200 : 503, isReady ? 'ready' : 'store unavailable');
  };
}

function answerHealth(response: ServerResponse, status: number, state: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify({ status: state }));
}
