import { ExportResultCode } from '@opentelemetry/core';
import type { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { Logger } from 'pino';

type Export = OTLPTraceExporter['export'];

/** Exports spans. Logs once when deliveries to the collector start to fail, and once when they succeed again. */
export class WatchedExporter {
  readonly #exporter: OTLPTraceExporter;
  readonly #logger: Logger;
  #isFailing = false;
  #lostSpans = 0;

  constructor(exporter: OTLPTraceExporter, logger: Logger) {
    this.#exporter = exporter;
    this.#logger = logger;
  }

  export(...[spans, done]: Parameters<Export>): void {
    this.#exporter.export(spans, (result) => {
      if (result.code === ExportResultCode.SUCCESS) this.#succeeded();
      else this.failed(reasonOf(result.error), spans.length);
      done(result);
    });
  }

  forceFlush(): Promise<void> {
    return this.#exporter.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }

  /** Records that spans were lost. Logs the reason of the first failure. */
  failed(reason: string, spans = 0): void {
    if (!this.#isFailing) this.#logger.warn({ reason }, 'traces cannot be delivered');
    this.#isFailing = true;
    this.#lostSpans += spans;
  }

  #succeeded(): void {
    if (!this.#isFailing) return;
    this.#logger.info({ lostSpans: this.#lostSpans }, 'traces are delivered again');
    this.#isFailing = false;
    this.#lostSpans = 0;
  }
}

/**
 * Returns the reason why an export failed. The error itself is not logged: it may contain the response of the
 * collector, which may quote the spans.
 */
function reasonOf(error: Error | undefined): string {
  const code = error !== undefined && 'code' in error ? error.code : undefined;
  if (typeof code === 'number') return `the collector returned ${code}`;
  return typeof code === 'string' ? code : (error?.message ?? 'unknown');
}
