import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { listen, localUrl, type Address } from './listen.ts';
import { readHead } from './request-head.ts';
import { answerPlainly, type RequestFault } from './request-fault.ts';
import { rejectUnreadable, type DescribeUnreadable } from './unreadable-requests.ts';
import { everyResponse } from './response-headers.ts';

/** Handles a request, or rejects it if it has a fault. `readHead` has given its target and host their usual form. */
export type RequestHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  fault: RequestFault | undefined,
) => void;

/** An HTTP server with time limits and an orderly shutdown. */
export interface HttpServer {
  readonly server: Server;
  /**
   * Sets the handler of all further requests. Before that, each request gets 503 with `Retry-After`. `describe` returns
   * the body of responses to what is no request; plain text if it is not given.
   */
  handle(handler: RequestHandler, describe?: DescribeUnreadable): void;
  readonly times: ClientTimes;
  /** Starts listening. Resolves with the URL for programs on this machine, without a trailing slash. */
  listen(address: Address): Promise<string>;
  /** Stops taking requests and finishes running ones, within a limit. */
  close(): Promise<void>;
}

/** Time limits for clients, in milliseconds. */
export interface ClientTimes {
  /** To send the headers of a request. */
  readonly headers: number;
  /** To send a whole request. */
  readonly request: number;
  /** To send another request on the same connection. */
  readonly keepAlive: number;
  /** To read a part of a response, which is buffered meanwhile. */
  readonly read: number;
  /** To finish when the server stops. */
  readonly drain: number;
  /** The interval between checks for late clients; Node's own default is 30 s. */
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

/** Creates an HTTP server that does not listen yet. All its responses have the headers of `everyResponse`. */
export function createHttpServer(given: Partial<ClientTimes> = {}): HttpServer {
  const times = { ...usualTimes, ...given };
  const server = createServer({
    headersTimeout: times.headers,
    requestTimeout: times.request,
    keepAliveTimeout: times.keepAlive,
    connectionsCheckingInterval: times.check,
    // Node's own response to a missing Host lacks our headers; `readHead` finds such a request instead.
    requireHostHeader: false,
  });
  let describe: DescribeUnreadable | undefined;
  rejectUnreadable(server, (fault) => describe?.(fault));
  const sockets = trackSockets(server);
  // Attach before listen: Node never answers or times out a request that arrives without a handler.
  let handler: RequestHandler = notReady;
  server.on('request', (request, response) => {
    setEveryHeader(response);
    handler(request, response, readHead(request));
  });
  // Without this, Node itself responds to an `Expect` that it does not know.
  server.on('checkExpectation', (request, response) => {
    setEveryHeader(response);
    handler(request, response, readHead(request) ?? expectationFailed);
  });
  return {
    server,
    handle(newHandler, newDescribe) {
      handler = newHandler;
      describe = newDescribe;
    },
    times,
    listen: async (address) => localUrl(await listen(server, address)),
    close: () => close(server, sockets, times.drain),
  };
}

const headers = Object.entries(everyResponse);

function setEveryHeader(response: ServerResponse): void {
  for (const [name, value] of headers) response.setHeader(name, value);
}

const notReady: RequestHandler = (_, response) => {
  answerPlainly(response, {
    status: 503,
    code: 'SERVICE_UNAVAILABLE',
    message: 'starting',
    headers: { 'retry-after': '1', connection: 'close' },
  });
};

const expectationFailed: RequestFault = {
  status: 417,
  code: 'EXPECTATION_FAILED',
  message: 'The only expectation that is supported is 100-continue',
};

/** Returns the set of a server's open connections. */
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
  // Browsers open connections in advance. Node does not count one without any data as idle.
  for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  // A kept-alive connection becomes idle after its response, and would otherwise keep the server open.
  const sweeping = setInterval(() => server.closeIdleConnections(), 50);
  const hardStop = setTimeout(() => server.closeAllConnections(), drainMs);
  await closed;
  clearInterval(sweeping);
  clearTimeout(hardStop);
}
