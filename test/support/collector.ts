import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { vi } from 'vitest';
import { whenOver } from './lifetime.ts';
import { startTestGateway, type TestGateway } from './gateway.ts';
import { until } from './until.ts';

/** A span as the collector received it. */
interface Span {
  readonly name: string;
  readonly kind: 'SERVER' | 'INTERNAL' | 'other';
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly attributes: Record<string, unknown>;
  readonly failed: boolean;
}

/** A request to the collector. */
interface Export {
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A collector of traces. */
export interface Collector {
  readonly url: string;
  readonly exports: readonly Export[];
  spans(): Span[];
  /** Returns the resource attributes of the exporter. */
  resource(): Record<string, unknown>;
  /** The status of the responses from now on. */
  status: number;
  /** The body of the responses from now on. */
  body: string;
}

/** Starts a collector of traces that ends with the test. */
export async function startCollector(): Promise<Collector> {
  const exports: Export[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      exports.push({ path: request.url, headers: request.headers, body });
      response
        .writeHead(collector.status, { 'content-type': 'application/json' })
        .end(collector.body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  whenOver(() => {
    server.close();
    server.closeAllConnections();
  });
  const groups = () =>
    exports.flatMap(({ body }) => (JSON.parse(body) as OtlpTraces).resourceSpans);
  const collector: Collector = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exports,
    spans: () =>
      groups().flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans.map(asSpan))),
    resource: () => valuesOf(groups()[0]?.resource.attributes ?? []),
    status: 200,
    body: '{}',
  };
  return collector;
}

/** A gateway and the collector of its traces. */
interface TracedGateway {
  readonly gateway: TestGateway;
  readonly collector: Collector;
  /** Waits for the spans of the only request that was sent. */
  readonly traced: () => Promise<Traced>;
}

/** Starts a gateway that exports its traces to a collector without delay. */
export async function startTracedGateway(
  options: Parameters<typeof startTestGateway>[0] = {},
): Promise<TracedGateway> {
  // OpenTelemetry itself reads this from the environment of this process.
  vi.stubEnv('OTEL_BSP_SCHEDULE_DELAY', '1');
  whenOver(() => {
    vi.unstubAllEnvs();
  });
  const collector = await startCollector();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...options.env };
  const gateway = await startTestGateway({ ...options, env });
  return {
    gateway,
    collector,
    async traced() {
      const ofRequests = () => collector.spans().filter(({ kind }) => kind === 'SERVER');
      await until('a request is traced', () => ofRequests().length > 0);
      const [request, ...others] = ofRequests();
      if (request === undefined || others.length > 0) throw new Error('more than one is traced');
      return { request, children: collector.spans().filter(({ kind }) => kind !== 'SERVER') };
    },
  };
}

/** The spans of the only request that was sent. */
interface Traced {
  readonly request: Span;
  readonly children: readonly Span[];
}

type OtlpAttributes = readonly {
  readonly key: string;
  readonly value: {
    readonly stringValue?: string;
    readonly intValue?: number;
    readonly boolValue?: boolean;
    readonly arrayValue?: { readonly values: readonly { readonly stringValue: string }[] };
  };
}[];

interface OtlpSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: OtlpAttributes;
  readonly status: { readonly code: number };
}

interface OtlpTraces {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: OtlpAttributes };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

function asSpan(span: OtlpSpan): Span {
  const { name, traceId, spanId, parentSpanId } = span;
  return {
    name,
    kind: ({ 1: 'INTERNAL', 2: 'SERVER' } as const)[span.kind] ?? 'other',
    traceId,
    spanId,
    parentSpanId,
    startNs: BigInt(span.startTimeUnixNano),
    endNs: BigInt(span.endTimeUnixNano),
    attributes: valuesOf(span.attributes),
    failed: span.status.code === 2,
  };
}

function valuesOf(attributes: OtlpAttributes): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value: { stringValue, intValue, boolValue, arrayValue } }) => [
      key,
      stringValue ?? intValue ?? boolValue ?? arrayValue?.values.map((one) => one.stringValue),
    ]),
  );
}
