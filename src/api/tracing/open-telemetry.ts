import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Tracer,
} from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Logger } from 'pino';
import { pathOf } from '../http/listener.ts';
import type { RequestInfo } from '../request-info.ts';
import { requestAttributes, requestSpanName, serverFault } from './request-span.ts';
import type { StoreCall } from '../../store/store-calls.ts';
import type { Tracing } from './tracing.ts';
import { WatchedExporter } from './watched-exporter.ts';

const flushMs = 2000;

/**
 * Creates spans with OpenTelemetry and sends them to `url` over OTLP. The SDK itself reads its other settings from the
 * environment, such as the sampler and headers, which may be secret.
 */
export function createTracing(url: string, logger: Logger): Tracing {
  const exporter = new WatchedExporter(new OTLPTraceExporter({ url }), logger);
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'connexions' }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer('connexions');
  return {
    requestDone(request, response, info) {
      return isProbe(request) ? undefined : makeSpans(tracer, request, response, info);
    },
    async stop() {
      // The exporter has already logged the reason of a failure.
      const ended = provider.shutdown().catch(() => undefined);
      if (!(await within(flushMs, ended)))
        exporter.failed('the collector did not respond before the gateway stopped');
    },
  };
}

/** Probes are not traced: they arrive every few seconds and would hide other requests. */
function isProbe(request: IncomingMessage): boolean {
  return pathOf(request).startsWith('/health/');
}

function makeSpans(
  tracer: Tracer,
  request: IncomingMessage,
  response: ServerResponse,
  info: RequestInfo,
): string {
  // All times of one request use the same offset, so that a child span never seems to outlast its parent.
  const now = performance.now();
  const clock = Date.now() - now;
  const span = tracer.startSpan(
    requestSpanName(request, info),
    {
      kind: SpanKind.SERVER,
      startTime: clock + info.startedMs,
      attributes: requestAttributes(request, response, info),
    },
    parentOf(request),
  );
  const fault = serverFault(response, info);
  if (fault !== undefined) {
    span.setAttribute('error.type', fault).setStatus({ code: SpanStatusCode.ERROR });
  }
  if (span.isRecording()) {
    const parent = trace.setSpan(ROOT_CONTEXT, span);
    for (const call of info.storeCalls?.kept ?? []) makeChild(tracer, parent, call, clock);
  }
  span.end(clock + now);
  return span.spanContext().traceId;
}

/**
 * Returns a context with the parent span of a well-formed `traceparent` header. Ignores `tracestate`: it may contain
 * anything, and contents of headers are not sent to the collector.
 */
function parentOf({ headers }: IncomingMessage): Context {
  const given = headers['traceparent'];
  const parent = typeof given === 'string' ? parseTraceParent(given) : null;
  return parent === null
    ? ROOT_CONTEXT
    : trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true });
}

function makeChild(tracer: Tracer, parent: Context, call: StoreCall, clock: number): void {
  const { call: name, batchSize, startedMs, endedMs, errorType } = call;
  const attributes: Attributes = {
    'db.system.name': 'sqlite',
    ...(batchSize !== undefined && { 'connexions.batch_size': batchSize }),
    ...(errorType !== undefined && { 'error.type': errorType }),
  };
  const span = tracer.startSpan(
    `store.${name}`,
    { kind: SpanKind.INTERNAL, startTime: clock + startedMs, attributes },
    parent,
  );
  if (errorType !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(clock + endedMs);
}

async function within(limitMs: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, limitMs, false);
  });
  const isInTime = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return isInTime;
}
