import { ExportResultCode } from '@opentelemetry/core';
import type { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { Logger } from 'pino';

type Export = OTLPTraceExporter['export'];

/** Exports spans, and logs when the collector begins and ceases to fail, however many exports that concerns. */
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

  /** Notes that spans were lost. */
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
 * What an export failed with. The error itself is not logged: it may hold what the collector answered, which may quote
 * what it was sent.
 */
function reasonOf(error: Error | undefined): string {
  const code = error !== undefined && 'code' in error ? error.code : undefined;
  if (typeof code === 'number') return `the collector answers ${code}`;
  return typeof code === 'string' ? code : (error?.message ?? 'unknown');
}
