import autocannon from 'autocannon';
import { headersOf, type Target } from './ask.ts';

/** The requests to send, and for how long. */
export interface Load {
  readonly connections: number;
  /** Divided among the clients. Each client repeats its own share. */
  readonly bodies: readonly string[];
  /** Ends after this number of seconds, or when each body was sent once. */
  readonly until: { readonly seconds: number } | 'allSent';
}

/** The result of a load. */
export interface LoadResult {
  readonly perSecond: number;
  /** The share of the time in which the load generator was busy. Near 1, the server may have waited for it. */
  readonly generatorBusy: number;
}

/** Loads a server with concurrent clients, each of which waits for its response. Throws on any status except 200. */
export async function load(target: Target, options: Load): Promise<LoadResult> {
  const { connections, bodies, until } = options;
  const share = Math.max(1, Math.floor(bodies.length / connections));
  let clients = 0;
  let lastAnswerMs = 0;
  const cpuBefore = process.cpuUsage();
  const startedMs = performance.now();
  const result = await autocannon({
    url: target.url,
    method: 'POST',
    headers: headersOf(target),
    connections,
    ...(until === 'allSent' ? { amount: bodies.length } : { duration: until.seconds }),
    body: bodies[0] ?? '',
    setupClient: (client) => {
      const from = (clients++ * share) % bodies.length;
      const own = bodies.slice(from, from + share);
      client.setRequests(own.map((body) => ({ body })));
      client.on('response', () => (lastAnswerMs = performance.now()));
    },
  });
  const cpu = process.cpuUsage(cpuBefore);
  // The generator checks only once a second whether it has sent everything.
  const ms = lastAnswerMs - startedMs;
  const failed = result.errors + result.timeouts + result.non2xx;
  const answered = result['2xx'];
  if (failed > 0 || answered === 0 || (until === 'allSent' && answered !== bodies.length)) {
    throw new Error(`${failed} requests failed and ${answered} were answered`);
  }
  return {
    perSecond: (answered * 1000) / ms,
    generatorBusy: (cpu.user + cpu.system) / 1000 / ms,
  };
}
