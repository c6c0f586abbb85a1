import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import { createAuthenticate } from '../../access/authenticate.ts';
import type { Config } from '../../config/config.ts';
import { systemClock, type Clock } from '../../domain/clock.ts';
import {
  graphiqlFiles,
  serveGraphiql,
  serveGraphiqlFile,
  wantsGraphiql,
} from '../../api/graphql/execution/graphiql.ts';
import { faultOfAccept } from '../../api/graphql/execution/acceptable.ts';
import { createGraphQLHandler, graphqlMethods } from '../../api/graphql/execution/handler.ts';
import { startLinking } from './linking.ts';
import type { PersistedDocuments } from '../../api/graphql/execution/persisted-documents.ts';
import { startGatewaySandbox, type GatewaySandbox } from './sandbox.ts';
import type { ApiServices } from '../../api/services.ts';
import { createConcurrencyLimit } from '../../operations/concurrency.ts';
import { linkUrls } from '../../linking/flow/link-urls.ts';
import { createDoors, type AddressRoute, type CallerRoute } from '../../api/http/access.ts';
import { createListener, type Route } from '../../api/http/listener.ts';
import { onlyMethods, readMethods, without } from '../../api/http/checks.ts';
import { createHttpServer, type ClientTimes, type HttpServer } from '../../web/http-server.ts';
import { OutgoingClient } from '../../web/outgoing/outgoing-client.ts';
import { publicPathOf } from '../../web/public-path.ts';
import { trustProxies } from '../../web/proxies.ts';
import { overHttps } from '../../web/response-headers.ts';
import { logoRoute } from '../../api/http/logos.ts';
import { logoPaths, logoUrls } from '../../api/logo.ts';
import { liveRoute, readyRoute } from '../../api/http/health.ts';
import { createMetrics, type Metrics } from '../../api/http/metrics.ts';
import { createRateLimit } from '../../api/http/rate-limit.ts';
import type { CountRequests } from '../../api/http/request-counts.ts';
import { logRequest } from '../../api/http/request-log.ts';
import { errorMessage } from '../../api/rest/faults.ts';
import { createRestHandler } from '../../api/rest/handler.ts';
import type { Store } from '../../store/store.ts';
import { StoreCalls } from '../../store/store-calls.ts';
import type { Tracing } from '../../api/tracing/tracing.ts';
import type { Vault } from '../../vault/vault.ts';
import { describeUnreadable } from './unreadable.ts';

/** A running gateway. */
export interface Gateway {
  /** The base of its URLs, without a trailing slash. */
  readonly url: string;
  /** The URL of the sandbox, where anyone can link an account; `undefined` if it does not run. */
  readonly sandboxUrl: string | undefined;
  /** Rejects when the gateway cannot continue; absent if that cannot happen. */
  readonly lost?: Promise<never>;
  /** Stops taking requests, finishes running ones and sends their traces, within limits. The store stays open. */
  close(): Promise<void>;
}

/**
 * The longest that platforms may take in total for the requests of one callback: 10 s each for metadata, tokens, keys and
 * a revocation, and 15 s for the account, with retries.
 */
const callbackMs = 55_000;

/** The parts that a gateway needs. */
export interface GatewayParts {
  readonly store: Store;
  /** Encrypts the credentials in the store. */
  readonly vault: Vault;
  /** The documents that clients can request by id. */
  readonly documents: PersistedDocuments;
  readonly logger: Logger;
  /** Defaults to the system clock. */
  readonly clock?: Clock;
  /** Time limits for clients that differ from the defaults. */
  readonly times?: Partial<ClientTimes>;
  /**
   * Called for each request, just before its work is deferred to the event loop's check phase. No request arrives in
   * that phase, so a store may serve all reads in it from one snapshot.
   */
  readonly onRequest?: () => void;
  /** See `ApiServices.integrationAtHand`. */
  readonly integrationAtHand?: ApiServices['integrationAtHand'];
}

/** Starts a gateway on a store. Resolves once it takes requests. */
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

/** The further parts that a process needs to handle requests. */
export interface Surroundings {
  /** The base of the gateway's URLs, as browsers reach it. */
  readonly publicUrl: string;
  readonly sandbox: GatewaySandbox | undefined;
  /** Whether this process also renews and revokes credentials. */
  readonly worksInBackground: boolean;
  /** State shared with the other processes of the gateway; `undefined` if there are none. */
  readonly shared?: {
    readonly countRequests: CountRequests;
    /** Returns the metrics of all processes, in Prometheus's format. */
    readonly metricsOfAll: () => Promise<string>;
  };
}

/** A server that handles the gateway's requests. */
export interface Answering {
  readonly metrics: Metrics;
  /** Stops taking requests and finishes running ones, within limits. */
  stop(): Promise<void>;
  /** Sends pending traces. */
  stopTracing(): Promise<void>;
}

/** Makes a server handle the gateway's requests. It may already listen. */
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
  // The connection is also idle while an operation runs.
  http.server.setTimeout(config.limits.operationMs + http.times.read);
  const tracing = await startTracing(config, logger);
  const around = { publicUrl, sandbox, worksInBackground };
  const outgoing = new OutgoingClient({
    ...config.outgoing,
    loopback: !config.production || sandbox !== undefined,
  });
  const linking = startLinking(config, { store, vault, clock, outgoing, logger, ...around });
  const { maxApiKeys, introspection } = config.access;
  const { limits } = config;
  const metrics = createMetrics(store, shared?.metricsOfAll);
  const proxies = trustProxies(config.trustedProxies);
  const { requireCaller, limitByAddress, countByAddress } = createDoors({
    authenticate: createAuthenticate(store, config.access, clock),
    rateLimit: createRateLimit(limits.perMinute, shared?.countRequests),
    addressOf: (request) => proxies.addressOf(request),
  });
  const services: ApiServices = {
    store,
    vault,
    clock,
    platforms: linking.platforms,
    links: linkUrls(publicUrl),
    publicPath: publicPathOf(publicUrl),
    redirects: config.link.redirects,
    logoUrlOf: logoUrls(publicUrl),
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
  const graphql = requireCaller(
    onlyMethods(graphqlMethods, without(faultOfAccept, traced(handler))),
  );
  const graphiql = limitByAddress('file', serveGraphiql);
  const graphiqlFile = limitByAddress('file', onlyMethods(readMethods, serveGraphiqlFile));
  const linkPages: AddressRoute = (request, response, info, excess) => {
    if (excess !== undefined) info.errorCodes.push(excess.fault.code);
    request.socket.setTimeout(callbackMs + http.times.read);
    return linking.handler(request, response, info, excess?.retryAfterSeconds);
  };
  let isStopping = false;
  const listener = createListener({
    routes: new Map<string, Route>([
      ['/graphql', config.graphiql ? either(wantsGraphiql, graphiql, graphql) : graphql],
      ...(config.graphiql
        ? [
            [
              '/',
              limitByAddress(
                'file',
                onlyMethods(readMethods, toGraphiqlAt(publicPathOf(publicUrl))),
              ),
            ] as const,
          ]
        : []),
      ['/metrics', requireCaller(onlyMethods(readMethods, metrics.route))],
      ['/health/live', onlyMethods(readMethods, liveRoute)],
      [
        '/health/ready',
        onlyMethods(readMethods, readyRoute({ store, isStopping: () => isStopping, logger })),
      ],
      ['/link/link.css', countByAddress('file', linkPages)],
    ]),
    prefixes: new Map([
      ...(config.graphiql ? graphiqlFiles.map((prefix) => [prefix, graphiqlFile] as const) : []),
      [logoPaths, limitByAddress('file', onlyMethods(readMethods, logoRoute))],
      ['/link/callback/', countByAddress('callback', linkPages)],
      ['/link/', countByAddress('link', linkPages)],
      ['/api/', requireCaller(traced(rest))],
    ]),
    faultForms: new Map([['/api/', errorMessage]]),
    corsOrigins: config.access.corsOrigins,
    logger,
    onDone: (request, response, info) => {
      const traceId = tracing?.requestDone(request, response, info);
      logRequest(logger, request, response, info, traceId);
      metrics.requestDone(response, info);
    },
  });
  http.handle((request, response, fault) => {
    onRequest?.();
    if (proxies.isHttps(request)) {
      for (const [name, value] of Object.entries(overHttps)) response.setHeader(name, value);
    }
    listener(request, response, fault);
  }, describeUnreadable(logger));
  return {
    metrics,
    async stop() {
      isStopping = true;
      // In parallel: each may take a while, and the operator does not wait forever.
      await Promise.all([http.close(), linking.stopWork()]);
      await outgoing.close();
    },
    async stopTracing() {
      await tracing?.stop();
    },
  };
}

/** Starts tracing. OpenTelemetry is about a hundred files, so a gateway without traces does not load it. */
async function startTracing({ tracesUrl }: Config, logger: Logger): Promise<Tracing | undefined> {
  if (tracesUrl === undefined) return undefined;
  const { createTracing } = await import('../../api/tracing/open-telemetry.ts');
  return createTracing(tracesUrl, logger);
}

function notingStoreCalls(route: CallerRoute): CallerRoute {
  return (request, response, info) =>
    route(request, response, Object.assign(info, { storeCalls: new StoreCalls() }));
}

function either(isFirst: (request: IncomingMessage) => boolean, first: Route, other: Route): Route {
  return (request, response, info) => (isFirst(request) ? first : other)(request, response, info);
}

function toGraphiqlAt(publicPath: string): Route {
  return async (_, response) => {
    response.writeHead(302, { location: `${publicPath}/graphql` }).end();
  };
}
