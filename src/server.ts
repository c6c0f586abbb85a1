import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Logger } from 'pino';
import { createAuthenticate } from './access/authenticate.ts';
import type { Config } from './config/config.ts';
import { serveGraphiql, wantsGraphiql } from './graphql/graphiql.ts';
import { createGraphQLHandler } from './graphql/handler.ts';
import type { LinkUrls } from './graphql/context.ts';
import { unavailableStore } from './graphql/unavailable-store.ts';
import { requireCaller, type CallerRoute } from './http/access.ts';
import { createListener, type Route } from './http/listener.ts';
import { liveRoute, readyRoute } from './http/health.ts';
import { createMetrics } from './http/metrics.ts';
import { createRateLimit } from './http/rate-limit.ts';
import { logRequest } from './http/request-log.ts';
import type { Store } from './store/store.ts';
import { StoreCalls } from './tracing/store-calls.ts';
import type { Tracing } from './tracing/tracing.ts';

/** A running gateway. */
export interface Gateway {
  /** The base of its URLs, without a slash at its end. */
  readonly url: string;
  /** Takes no more requests, finishes those that run and sends their traces, within limits. The store stays open. */
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

/** How long a client may read nothing of its answer, which is kept for it meanwhile. */
const unreadMs = 15_000;

const drainMs = 10_000;

/** Starts a gateway over a store; fulfilled once it takes requests. */
export async function startGateway(config: Config, store: Store, logger: Logger): Promise<Gateway> {
  const server = createServer(slowClients);
  // Nothing moves on the connection while an operation runs, either.
  server.setTimeout(config.limits.operationMs + unreadMs);
  const sockets = trackSockets(server);
  const tracing = await startTracing(config, logger);
  await listen(server, config);
  const url = localUrl(server.address() as AddressInfo);
  const links = linkUrls(config.publicUrl ?? url);
  const { anonymous, mostApiKeys, introspection } = config.access;
  const { limits } = config;
  const metrics = createMetrics(store);
  const authenticate = createAuthenticate(store, anonymous);
  const rateLimit = createRateLimit(limits.perMinute);
  const handler = createGraphQLHandler(
    {
      store,
      links,
      mostApiKeys,
      limits: limits.document,
      operationMs: limits.operationMs,
      onBatch: (path, size) => metrics.batchLoaded(path, size),
    },
    { limits, introspection },
    logger,
  );
  const graphql = requireCaller(
    authenticate,
    rateLimit,
    tracing === undefined ? handler : notingStoreCalls(handler),
  );
  let isStopping = false;
  const listener = createListener({
    routes: new Map<string, Route>([
      ['/graphql', config.graphiql ? orGraphiql(graphql) : graphql],
      ...(config.graphiql ? [['/', toGraphiql] as const] : []),
      ['/metrics', requireCaller(authenticate, rateLimit, metrics.route)],
      ['/health/live', liveRoute],
      ['/health/ready', readyRoute(store, () => isStopping)],
    ]),
    corsOrigins: config.access.corsOrigins,
    logger,
    unavailableStore,
    onDone: (request, response, info) => {
      const traceId = tracing?.requestDone(request, response, info);
      logRequest(logger, request, response, info, traceId);
      metrics.requestDone(response, info);
    },
  });
  server.on('request', listener);
  return {
    url,
    async close() {
      isStopping = true;
      await close(server, sockets);
      await tracing?.stop();
    },
  };
}

/** OpenTelemetry is some hundred files, which a gateway without traces need not load. */
async function startTracing({ tracesUrl }: Config, logger: Logger): Promise<Tracing | undefined> {
  if (tracesUrl === undefined) return undefined;
  const { createTracing } = await import('./tracing/open-telemetry.ts');
  return createTracing(tracesUrl, logger);
}

function notingStoreCalls(route: CallerRoute): CallerRoute {
  return (request, response, info) =>
    route(request, response, Object.assign(info, { storeCalls: new StoreCalls() }));
}

function orGraphiql(graphql: Route): Route {
  return (request, response, info) =>
    wantsGraphiql(request) ? serveGraphiql(request, response) : graphql(request, response, info);
}

const toGraphiql: Route = async (_, response) => {
  response.writeHead(302, { location: '/graphql' }).end();
};

function linkUrls(base: string): LinkUrls {
  return {
    ofCompany: (id) => `${base}/link/companies/${id}`,
    ofConnection: ({ companyId, id }) =>
      `${base}/link/companies/${companyId}/connections/${id}/start`,
  };
}

function listen(server: Server, { host, port }: Pick<Config, 'host' | 'port'>): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** The URL of an address, as a program on this machine reaches it. */
function localUrl({ address, family, port }: AddressInfo): string {
  const host = { '0.0.0.0': '127.0.0.1', '::': '::1' }[address] ?? address;
  return `http://${family === 'IPv6' ? `[${host}]` : host}:${port}`;
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
