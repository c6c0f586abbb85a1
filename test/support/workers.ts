import { spawnGateway, type Running, type SpawnedGateway } from './process.ts';
import { until } from './until.ts';

/** Starts a gateway of two workers, whose log shows who does what, and says so of both. */
export async function spawnWorkers(
  file: string,
  env: Record<string, string> = {},
): Promise<SpawnedGateway> {
  const gateway = await spawnGateway(file, { WORKERS: '2', ...env });
  await allServe(gateway, 2);
  return gateway;
}

/** Waits until the log says of all workers that they serve: it need not be read before the welcome. */
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
  readonly path?: string;
  readonly status?: number;
  /** The key that a request was sent with, if it was let in. */
  readonly caller?: string;
}

/** What a gateway has logged, line by line. */
export function loggedBy({ errorOutput }: Pick<Running, 'errorOutput'>): Line[] {
  return errorOutput()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Line);
}

/** The processes that serve, or served last, by their places. */
export function pidsOf(gateway: Pick<Running, 'errorOutput'>): Map<number, number> {
  const serving = loggedBy(gateway).filter(({ msg }) => msg === 'worker serves');
  return new Map(serving.map(({ worker = 0, pid = 0 }) => [worker, pid]));
}

/** Whether there is a process. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
