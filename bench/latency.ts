import { ask, type Target } from './ask.ts';
import { median, quantile } from './statistics.ts';

/** How long answers take, or why there are none. */
export type Latency =
  { readonly medianMs: number; readonly p99Ms: number } | { readonly failure: string };

/** A slow query is asked for fewer times. */
const longestMs = 10_000;

/** Asks one query after another, in turns of `bodies`. */
export async function measureLatency(
  target: Target,
  bodies: readonly string[],
  samples: number,
): Promise<Latency> {
  try {
    // To warm up: as often again, within the same time.
    await series(target, bodies, samples);
    const times = await series(target, bodies, samples);
    return { medianMs: median(times), p99Ms: quantile(times, 0.99) };
  } catch (error) {
    // A query that meets a limit of the gateway is a finding too.
    const { message } = error as Error;
    return { failure: /"code":"(\w+)"/.exec(message)?.[1] ?? message };
  }
}

async function series(target: Target, bodies: readonly string[], samples: number) {
  const times: number[] = [];
  const startedMs = performance.now();
  for (let index = 0; index < samples; index += 1) {
    const askedMs = performance.now();
    const answer = await ask(target, bodies[index % bodies.length] ?? '');
    times.push(performance.now() - askedMs);
    if (answer.includes('"errors":')) throw new Error(answer);
    if (performance.now() - startedMs > longestMs) break;
  }
  return times;
}
