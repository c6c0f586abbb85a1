import type { ServerResponse } from 'node:http';
import type { StoreReader } from '../../store/store.ts';
import type { Route } from './listener.ts';

/** Reports that the process runs. A response is enough to show it. */
export const liveRoute: Route = async (_, response) => {
  answerHealth(response, 200, 'live');
};

/** Reports whether the gateway is ready for requests: the store responds, and the gateway is not stopping. */
export function readyRoute(store: StoreReader, isStopping: () => boolean): Route {
  return async (_, response) => {
    if (isStopping()) {
      answerHealth(response, 503, 'stopping');
      return;
    }
    const answers = await store.apiKeys.any().then(
      () => true,
      () => false,
    );
    answerHealth(response, answers ? 200 : 503, answers ? 'ready' : 'store unavailable');
  };
}

function answerHealth(response: ServerResponse, status: number, state: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify({ status: state }));
}
