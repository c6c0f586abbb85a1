import { ask, type Target } from './ask.ts';
import { median, quantile } from './statistics.ts';

/** The latency of a query, or why it failed. */
export type Latency =
  { readonly medianMs: number; readonly p99Ms: number } | { readonly failure: string };

/** A server and the requests to send to it. */
export interface Asked {
  readonly target: Target;
  /** The request bodies, sent in turn. */
  readonly bodies: readonly string[];
}

/** The time limit per query and server. A slow query gets fewer samples. */
const maxMs = 10_000;

/**
 * Sends one query after another to the servers in turn, so that changes in the speed of the machine or of the client
 * affect all servers alike.
 */
export async function measureLatencies(
  asked: readonly Asked[],
  samples: number,
): Promise<Latency[]> {
  // Warm-up: the same number of requests within the same time limit.
  await series(asked, samples);
  const measured = await series(asked, samples);
  return measured.map(({ times, failure }) =>
    failure === undefined ? { medianMs: median(times), p99Ms: quantile(times, 0.99) } : { failure },
  );
}

/** The samples of one server. */
interface Series {
  readonly times: number[];
  tookMs: number;
  failure?: string;
}

async function series(asked: readonly Asked[], samples: number): Promise<Series[]> {
  const all = asked.map((it) => ({ ...it, series: { times: [], tookMs: 0 } as Series }));
  for (let index = 0; index < samples; index += 1) {
    for (const { target, bodies, series: own } of all) {
      if (own.failure !== undefined || own.tookMs > maxMs) continue;
      try {
        const tookMs = await time(target, bodies[index % bodies.length] ?? '');
        own.times.push(tookMs);
        own.tookMs += tookMs;
      } catch (error) {
        // A query that exceeds a limit of the gateway is a finding too.
        const { message } = error as Error;
        own.failure = /"code":"(\w+)"/.exec(message)?.[1] ?? message;
      }
    }
  }
  return all.map(({ series: own }) => own);
}

async function time(target: Target, body: string): Promise<number> {
  const askedMs = performance.now();
  const answer = await ask(target, body);
  const tookMs = performance.now() - askedMs;
  if (answer.includes('"errors":')) throw new Error(answer);
  return tookMs;
}
