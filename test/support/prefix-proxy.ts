import { createServer, request } from 'node:http';
import { listen, localUrl } from '../../src/web/listen.ts';
import { whenOver } from './lifetime.ts';

/** A reverse proxy that serves a gateway below a path, which it removes from the requests that it forwards. */
export interface PrefixProxy {
  /** The public URL of the gateway. */
  readonly url: string;
  /** Forwards further requests to this URL. */
  forwardTo(url: string): void;
  /** The paths of requests that were not below the prefix. */
  readonly strays: readonly string[];
}

/** Starts a proxy that ends with the test. */
export async function startPrefixProxy(prefix: string): Promise<PrefixProxy> {
  let target: URL | undefined;
  const strays: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method, headers, url = '' } = incoming;
    const isBelow = new RegExp(`^${prefix}(?=[/?]|$)`).test(url);
    if (!isBelow || target === undefined) {
      strays.push(url);
      outgoing.writeHead(404).end();
      return;
    }
    const { hostname, port } = target;
    const path = url.slice(prefix.length).replace(/^(?!\/)/, '/');
    const forwarded = request(
      { hostname, port, path, method, headers, agent: false },
      (response) => {
        outgoing.writeHead(response.statusCode ?? 502, response.rawHeaders);
        response.pipe(outgoing);
      },
    );
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  const address = await listen(server, { host: '127.0.0.1', port: 0 });
  whenOver(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    url: `${localUrl(address)}${prefix}`,
    forwardTo(url) {
      target = new URL(url);
    },
    strays,
  };
}
