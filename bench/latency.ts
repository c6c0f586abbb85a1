import { ask, type Target } from './ask.ts';
import { median, quantile } from './statistics.ts';

/** How long answers take, or why there are none. */
export type Latency =
  { readonly medianMs: number; readonly p99Ms: number } | { readonly failure: string };

/** What is asked of one server. */
export interface Asked {
  readonly target: Target;
  /** Asked for in turn. */
  readonly bodies: readonly string[];
}

/** A slow query is asked for fewer times. */
const maxMs = 10_000;

/**
 * Asks one query after another, the servers in turns: a machine whose speed changes meanwhile, or a client that slows down,
 * is the same for all of them.
 */
export async function measureLatencies(
  asked: readonly Asked[],
  samples: number,
): Promise<Latency[]> {
  // To warm up: as often again, within the same time.
  await series(asked, samples);
  const measured = await series(asked, samples);
  return measured.map(({ times, failure }) =>
    failure === undefined ? { medianMs: median(times), p99Ms: quantile(times, 0.99) } : { failure },
  );
}

/** What came of asking one server. */
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
        // A query that meets a limit of the gateway is a finding too.
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
