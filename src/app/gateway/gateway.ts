import type { Logger } from 'pino';
import { createAuthenticate } from '../../access/authenticate.ts';
import type { Config } from '../../config/config.ts';
import { systemClock, type Clock } from '../../domain/clock.ts';
import { serveGraphiql, wantsGraphiql } from '../../api/graphql/execution/graphiql.ts';
import { createGraphQLHandler } from '../../api/graphql/execution/handler.ts';
import { startLinking } from './linking.ts';
import type { PersistedDocuments } from '../../api/graphql/execution/persisted-documents.ts';
import { startGatewaySandbox, type GatewaySandbox } from './sandbox.ts';
import type { ApiServices } from '../../api/services.ts';
import { createConcurrencyLimit } from '../../operations/concurrency.ts';
import { linkUrls } from '../../linking/flow/link-urls.ts';
import { limitByAddress, requireCaller, type CallerRoute } from '../../api/http/access.ts';
import { createListener, inForm, type Route } from '../../api/http/listener.ts';
import { createHttpServer, type ClientTimes, type HttpServer } from '../../web/http-server.ts';
import { liveRoute, readyRoute } from '../../api/http/health.ts';
import { createMetrics, type Metrics } from '../../api/http/metrics.ts';
import { createRateLimit, type CountRequests } from '../../api/http/rate-limit.ts';
import { logRequest } from '../../api/http/request-log.ts';
import { errorMessage } from '../../api/rest/faults.ts';
import { createRestHandler } from '../../api/rest/handler.ts';
import type { Store } from '../../store/store.ts';
import { StoreCalls } from '../../store/store-calls.ts';
import type { Tracing } from '../../api/tracing/tracing.ts';
import type { Vault } from '../../vault/vault.ts';

/** A running gateway. */
export interface Gateway {
  /** The base of its URLs, without a slash at its end. */
  readonly url: string;
  /** Where the sandbox is, in which anybody can link an account; `undefined` if it does not run. */
  readonly sandboxUrl: string | undefined;
  /** Fails when the gateway cannot go on, if it may come to that. */
  readonly lost?: Promise<never>;
  /** Takes no more requests, finishes those that run and sends their traces, within limits. The store stays open. */
  close(): Promise<void>;
}

/** As long as platforms may take in all to answer what a callback asks of them. */
const callbackMs = 40_000;

/** What a gateway works with. */
export interface GatewayParts {
  readonly store: Store;
  /** Seals the credentials that the store keeps. */
  readonly vault: Vault;
  /** The documents that clients can ask for by their ids. */
  readonly documents: PersistedDocuments;
  readonly logger: Logger;
  /** The system's unless given. */
  readonly clock?: Clock;
  /** How long clients may take, where that is not as usual. */
  readonly times?: Partial<ClientTimes>;
  /**
   * Called for each request, just before its work is put off to the event loop's check phase. No request comes in during
   * that phase, so a store may answer all reads in it from one snapshot.
   */
  readonly onRequest?: () => void;
  /** See `ApiServices.integrationAtHand`. */
  readonly integrationAtHand?: ApiServices['integrationAtHand'];
}

/** Starts a gateway over a store; fulfilled once it takes requests. */
export async function startGateway(config: Config, parts: GatewayParts): Promise<Gateway> {
  const http = createHttpServer(parts.times);
  const url = await http.listen(config);
  const publicUrl = config.publicUrl ?? url;
  const sandbox = await startGatewaySandbox(config, publicUrl, parts.logger);
  const around = { publicUrl, sandbox, worksInBackground: true };
  const answering = await answerRequests(http, config, { ...parts, ...around });
  return {
    url,
    sandboxUrl: sandbox?.url,
    async close() {
      await answering.stop();
      await sandbox?.close();
      await answering.stopTracing();
    },
  };
}

/** What a process that answers requests works with, beside what it was started with. */
export interface Surroundings {
  /** The base of the gateway's URLs, as browsers reach it. */
  readonly publicUrl: string;
  readonly sandbox: GatewaySandbox | undefined;
  /** Whether it renews and revokes credentials, too. */
  readonly worksInBackground: boolean;
  /** What it has in common with the other processes of the gateway; `undefined` if there are none. */
  readonly shared?: {
    readonly countRequests: CountRequests;
    /** The metrics of all, in the form that Prometheus reads. */
    readonly metricsOfAll: () => Promise<string>;
  };
}

/** A server that answers the gateway's requests. */
export interface Answering {
  readonly metrics: Metrics;
  /** Takes no more requests and finishes those that run, within limits. */
  stop(): Promise<void>;
  /** Sends the traces that wait for that. */
  stopTracing(): Promise<void>;
}

/** Lets a server answer the gateway's requests, whether it listens yet or not. */
export async function answerRequests(
  http: HttpServer,
  config: Config,
  {
    store,
    vault,
    documents,
    logger,
    clock = systemClock,
    publicUrl,
    sandbox,
    worksInBackground,
    shared,
    onRequest,
    integrationAtHand,
  }: GatewayParts & Surroundings,
): Promise<Answering> {
  // Nothing moves on the connection while an operation runs, either.
  http.server.setTimeout(config.limits.operationMs + http.times.read);
  const tracing = await startTracing(config, logger);
  const around = { publicUrl, sandbox, worksInBackground };
  const linking = startLinking(config, { store, vault, clock, logger, ...around });
  const { anonymous, maxApiKeys, introspection } = config.access;
  const { limits } = config;
  const metrics = createMetrics(store, shared?.metricsOfAll);
  const authenticate = createAuthenticate(store, anonymous, clock);
  const rateLimit = createRateLimit(limits.perMinute, shared?.countRequests);
  const services: ApiServices = {
    store,
    vault,
    clock,
    platforms: linking.platforms,
    links: linkUrls(publicUrl),
    maxApiKeys,
    limits,
    atATime: createConcurrencyLimit(limits),
    onBatch: (call, size) => metrics.batchLoaded(call, size),
    integrationAtHand,
  };
  const handler = createGraphQLHandler(
    services,
    { introspection, documents, fast: config.fastPath },
    logger,
  );
  const rest = createRestHandler(services, logger);
  const traced = (route: CallerRoute) => (tracing === undefined ? route : notingStoreCalls(route));
  const graphql = requireCaller(authenticate, rateLimit, traced(handler));
  let isStopping = false;
  const listener = createListener({
    routes: new Map<string, Route>([
      ['/graphql', config.graphiql ? orGraphiql(graphql) : graphql],
      ...(config.graphiql ? [['/', toGraphiql] as const] : []),
      ['/metrics', requireCaller(authenticate, rateLimit, metrics.route)],
      ['/health/live', liveRoute],
      ['/health/ready', readyRoute(store, () => isStopping)],
    ]),
    prefixes: new Map([
      ['/link/', limitByAddress(rateLimit, waitingForPlatforms(linking.handler, http.times))],
      ['/api/', inForm(errorMessage, requireCaller(authenticate, rateLimit, traced(rest)))],
    ]),
    corsOrigins: config.access.corsOrigins,
    logger,
    onDone: (request, response, info) => {
      const traceId = tracing?.requestDone(request, response, info);
      logRequest(logger, request, response, info, traceId);
      metrics.requestDone(response, info);
    },
  });
  http.handle((request, response) => {
    onRequest?.();
    listener(request, response);
  });
  return {
    metrics,
    async stop() {
      isStopping = true;
      // Together: each may take a while, and who stops the process does not wait for ever.
      await Promise.all([http.close(), linking.stopWork()]);
    },
    async stopTracing() {
      await tracing?.stop();
    },
  };
}

/** OpenTelemetry is some hundred files, which a gateway without traces need not load. */
async function startTracing({ tracesUrl }: Config, logger: Logger): Promise<Tracing | undefined> {
  if (tracesUrl === undefined) return undefined;
  const { createTracing } = await import('../../api/tracing/open-telemetry.ts');
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

function waitingForPlatforms(route: Route, { read }: ClientTimes): Route {
  return (request, response, info) => {
    request.socket.setTimeout(callbackMs + read);
    return route(request, response, info);
  };
}

const toGraphiql: Route = async (_, response) => {
  response.writeHead(302, { location: '/graphql' }).end();
};
