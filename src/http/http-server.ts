import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { listen, localUrl, type Address } from './listen.ts';

/** An HTTP server with time limits, and an orderly end. */
export interface HttpServer {
  /** For its `request` event. */
  readonly server: Server;
  /** Fulfilled once it listens, with its URL, as a program on this machine reaches it, without a slash at its end. */
  listen(address: Address): Promise<string>;
  /** Takes no more requests and finishes those that run, within a limit. */
  close(): Promise<void>;
}

/**
 * How long a client may take to send its headers and its request, and to send another one. Node looks only every so
 * often who is late: by its own default, every 30 s.
 */
const slowClients = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 2000,
};

const drainMs = 10_000;

/** Makes an HTTP server that does not listen yet. */
export function createHttpServer(): HttpServer {
  const server = createServer(slowClients);
  const sockets = trackSockets(server);
  return {
    server,
    listen: async (address) => localUrl(await listen(server, address)),
    close: () => close(server, sockets),
  };
}

/** The open connections of a server. */
function trackSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

async function close(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
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
