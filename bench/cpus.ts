import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The CPUs that servers and the load generator are bound to. */
export interface Pinning {
  /** The words to put before the command of a server. */
  readonly serverPrefix: readonly string[];
  readonly description: string;
}

/**
 * Binds this process, which makes the load, to one CPU, and returns how to bind servers to another. If the system
 * cannot bind processes, such as macOS, nothing is bound, and the report says so.
 */
export function pin(): Pinning {
  const [server, generator] = twoCores();
  if (server === undefined || generator === undefined) return unpinned('one CPU only');
  const { status } = spawnSync('taskset', ['-a', '-p', '-c', generator, String(process.pid)]);
  if (status !== 0) return unpinned('no taskset on this system');
  return {
    serverPrefix: ['taskset', '-c', server],
    description: `servers on CPU ${server}, load from CPU ${generator}`,
  };
}

function unpinned(why: string): Pinning {
  return { serverPrefix: [], description: `servers and load not pinned to CPUs (${why})` };
}

/** Returns two usable CPUs, of different cores if possible, since threads of one core slow each other. */
function twoCores(): [string | undefined, string | undefined] {
  const [first, ...others] = allowedCpus();
  if (first === undefined) return [undefined, undefined];
  const siblings = listed(
    read(`/sys/devices/system/cpu/cpu${first}/topology/thread_siblings_list`),
  );
  return [first, others.find((cpu) => !siblings.includes(cpu)) ?? others[0]];
}

function allowedCpus(): string[] {
  return listed(/^Cpus_allowed_list:\s*(\S+)/m.exec(read('/proc/self/status'))?.[1] ?? '');
}

/** Returns the numbers of a list such as `0-2,5`. */
function listed(list: string): string[] {
  const ranges = list.trim().split(',').filter(Boolean);
  return ranges.flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
  });
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
