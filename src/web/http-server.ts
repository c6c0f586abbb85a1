import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { listen, localUrl, type Address } from './listen.ts';

/** An HTTP server with time limits, and an orderly end. */
export interface HttpServer {
  readonly server: Server;
  /** Answers the requests that come from now on. Until it is called, each gets 503 with `Retry-After`. */
  handle(listener: RequestListener): void;
  readonly times: ClientTimes;
  /** Fulfilled once it listens, with its URL, as a program on this machine reaches it, without a slash at its end. */
  listen(address: Address): Promise<string>;
  /** Takes no more requests and finishes those that run, within a limit. */
  close(): Promise<void>;
}

/** How long clients may take, in milliseconds. */
export interface ClientTimes {
  /** To send the headers of a request. */
  readonly headers: number;
  /** To send a whole request. */
  readonly request: number;
  /** To send another request on the same connection. */
  readonly keepAlive: number;
  /** To read some of an answer, which is kept for them meanwhile. */
  readonly read: number;
  /** To finish when the server stops. */
  readonly drain: number;
  /** How often the server looks who is late; every 30 s by Node's own default. */
  readonly check: number;
}

const usualTimes: ClientTimes = {
  headers: 10_000,
  request: 15_000,
  keepAlive: 5000,
  read: 15_000,
  drain: 10_000,
  check: 2000,
};

/** Makes an HTTP server that does not listen yet. */
export function createHttpServer(given: Partial<ClientTimes> = {}): HttpServer {
  const times = { ...usualTimes, ...given };
  const server = createServer({
    headersTimeout: times.headers,
    requestTimeout: times.request,
    keepAliveTimeout: times.keepAlive,
    connectionsCheckingInterval: times.check,
  });
  const sockets = trackSockets(server);
  // From the first moment: a request that finds no listener is never answered, nor cut off.
  let handler: RequestListener = notReady;
  server.on('request', (request, response) => handler(request, response));
  return {
    server,
    handle(listener) {
      handler = listener;
    },
    times,
    listen: async (address) => localUrl(await listen(server, address)),
    close: () => close(server, sockets, times.drain),
  };
}

const notReady: RequestListener = (_, response) => {
  response.writeHead(503, { 'retry-after': '1', connection: 'close' }).end('starting\n');
};

/** The open connections of a server. */
function trackSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

async function close(server: Server, sockets: ReadonlySet<Socket>, drainMs: number): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  // Browsers open connections ahead of need. Node does not count one on which nothing was sent as idle.
  for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  // A connection that is kept alive goes idle when its answer is out, and would otherwise hold the server open.
  const sweeping = setInterval(() => server.closeIdleConnections(), 50);
  const hardStop = setTimeout(() => server.closeAllConnections(), drainMs);
  await closed;
  clearInterval(sweeping);
  clearTimeout(hardStop);
}
