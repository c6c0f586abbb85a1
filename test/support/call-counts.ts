import { Session, type Profiler } from 'node:inspector';

/** How often each function of the product was called, by its place in the sources. */
export type CallCounts = ReadonlyMap<string, number>;

const sources = /\/src\/.*\.ts$/;

/** Counts the calls of every function of `src`, callbacks included, while `work` runs. */
export async function callsDuring(work: () => Promise<unknown>): Promise<CallCounts> {
  const session = new Session();
  session.connect();
  try {
    post(session, 'Profiler.enable');
    post(session, 'Profiler.startPreciseCoverage', { callCount: true, detailed: false });
    take(session);
    await work();
    return countsOf(take(session));
  } finally {
    post(session, 'Profiler.stopPreciseCoverage');
    post(session, 'Profiler.disable');
    session.disconnect();
  }
}

/** A session in the same thread calls back before `post` returns. */
function post(session: Session, method: string, params: object = {}): unknown {
  let answer: unknown;
  session.post(method, params, (error, result) => {
    if (error) throw error;
    answer = result;
  });
  return answer;
}

function take(session: Session): Profiler.ScriptCoverage[] {
  const { result } = post(
    session,
    'Profiler.takePreciseCoverage',
  ) as Profiler.TakePreciseCoverageReturnType;
  return result.filter(({ url }) => sources.test(url));
}

function countsOf(scripts: readonly Profiler.ScriptCoverage[]): CallCounts {
  const counts = new Map<string, number>();
  for (const { url, functions } of scripts) {
    for (const { functionName, ranges } of functions) {
      const [range] = ranges;
      if (range === undefined) continue;
      const place = `${url.replace(/^.*\/src\//, 'src/')} ${functionName || 'a callback'} at ${range.startOffset}`;
      counts.set(place, (counts.get(place) ?? 0) + range.count);
    }
  }
  return counts;
}
