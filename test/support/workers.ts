import { spawnGateway, type Running, type SpawnedGateway } from './process.ts';
import { until } from './until.ts';

/** Starts a gateway of two workers. Waits until the log says that both serve. */
export async function spawnWorkers(
  file: string,
  env: Record<string, string> = {},
): Promise<SpawnedGateway> {
  const gateway = await spawnGateway(file, { WORKERS: '2', ...env });
  await allServe(gateway, 2);
  return gateway;
}

/** Waits until the log says that all workers serve. The test may see that line only after the welcome. */
export function allServe(gateway: Pick<Running, 'errorOutput'>, workers: number): Promise<void> {
  return until('all workers serve', () => pidsOf(gateway).size === workers);
}

/** The two ways in which several processes serve one database. */
export const togetherness = ['two gateways', 'one gateway of two workers'] as const;

/** Starts several processes on one database, in one of the two ways. */
export async function spawnTogether(
  how: (typeof togetherness)[number],
  spawnOne: (env: Record<string, string>) => Promise<SpawnedGateway>,
): Promise<SpawnedGateway[]> {
  return how === 'two gateways'
    ? Promise.all([spawnOne({}), spawnOne({})])
    : [await spawnOne({ WORKERS: '2' })];
}

/** A line of a gateway's log. */
export interface Line {
  readonly msg: string;
  readonly worker?: number;
  readonly pid?: number;
  /** The delay before an ended worker is replaced, in milliseconds. */
  readonly delayMs?: number;
  readonly path?: string;
  readonly status?: number;
  /** The API key of a request that was let in. */
  readonly caller?: string;
}

/** Returns the lines that a gateway has logged. */
export function loggedBy({ errorOutput }: Pick<Running, 'errorOutput'>): Line[] {
  return errorOutput()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Line);
}

/** Returns the latest process id of each worker, by the worker's number. */
export function pidsOf(gateway: Pick<Running, 'errorOutput'>): Map<number, number> {
  const serving = loggedBy(gateway).filter(({ msg }) => msg === 'worker is ready');
  return new Map(serving.map(({ worker = 0, pid = 0 }) => [worker, pid]));
}

/** Reports whether a process exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
