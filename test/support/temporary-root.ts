import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryFolder } from './folder.ts';
import { whenOver } from './lifetime.ts';
import { until } from './until.ts';
import { isAlive } from './workers.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const standIns = fileURLToPath(new URL('stand-ins', import.meta.url));

/**
 * A folder that stands for the root of a machine. Commands of the docs run in it, with stand-ins for the programs that
 * would change the machine itself (test/support/stand-ins).
 */
export interface TemporaryRoot {
  readonly folder: string;
  /** A folder that stands for a clone of the repository. */
  readonly clone: string;
  /** Puts the absolute paths of a text below a folder: the temporary root unless given. */
  readonly place: (text: string, below?: string) => string;
  /** Runs commands in the clone and returns their standard output. Throws if one fails. */
  run(script: string, env?: Record<string, string>): Promise<string>;
  /** Returns what a process that a stand-in started has written. */
  outputOf(name: string): string;
  /** Returns the id of this process. Throws if it was not started. */
  pidOf(name: string): number;
  /** Waits until this process serves requests at `url`. Throws with its output if it ends. */
  untilReady(name: string, url: string): Promise<void>;
}

/** Makes a temporary root whose clone has links to these paths of the repository. */
export async function makeTemporaryRoot(paths: readonly string[]): Promise<TemporaryRoot> {
  const folder = await temporaryFolder();
  // Another user may run the program.
  await chmod(folder, 0o755);
  const clone = join(folder, 'clone');
  for (const path of ['clone', 'users', 'run', 'tmp', 'usr/local/bin', 'etc/systemd/system']) {
    await mkdir(join(folder, path), { recursive: true });
  }
  for (const path of paths) {
    await mkdir(dirname(join(clone, path)), { recursive: true });
    await symlink(join(repository, path), join(clone, path));
  }
  await writeFile(join(folder, 'production-packages'), await productionPackages());
  const inRun = (file: string) => readFileSync(join(folder, 'run', file), 'utf8');
  const pidOf = (name: string) => Number(inRun(`${name}.pid`));
  const outputOf = (name: string) => inRun(`${name}.log`);
  whenOver(() => {
    for (const file of readdirSync(join(folder, 'run'))) {
      const [, name] = /^(.+)\.pid$/.exec(file) ?? [];
      if (name !== undefined && isAlive(pidOf(name))) process.kill(pidOf(name), 'SIGKILL');
    }
  });
  return {
    pidOf,
    outputOf,
    untilReady: (name, url) =>
      until(`${name} is ready`, async () => {
        if (!isAlive(pidOf(name))) throw new Error(`${name} does not run: ${outputOf(name)}`);
        return isReady(url);
      }),
    folder,
    clone,
    place: (text, below = folder) =>
      text
        .replaceAll(
          /(?<![\w.$}/])\/(?:opt|etc|var\/lib|usr\/local\/bin|tmp|data|app)(?=[/\s"':)]|$)/gm,
          (path) => `${below}${path}`,
        )
        .replaceAll('/usr/bin/node', process.execPath),
    async run(script, env = {}) {
      const { stdout } = await promisify(execFile)('sh', ['-euc', script], {
        cwd: clone,
        timeout: 50_000,
        env: {
          PATH: [
            standIns,
            join(folder, 'usr/local/bin'),
            dirname(process.execPath),
            process.env['PATH'],
          ].join(':'),
          ROOT: folder,
          REPOSITORY: repository,
          STAND_INS: standIns,
          ...env,
        },
      });
      return stdout;
    },
  };
}

/** Copies a file of the repository to a clone, with its paths below the temporary root. */
export async function placeFile({ clone, place }: TemporaryRoot, path: string): Promise<void> {
  await mkdir(dirname(join(clone, path)), { recursive: true });
  await writeFile(join(clone, path), place(await readFile(join(repository, path), 'utf8')));
}

/** Returns the names of the packages that stay after `npm prune --omit=dev`, one per line. */
async function productionPackages(): Promise<string> {
  const lock = JSON.parse(await readFile(join(repository, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; optional?: boolean }>;
  };
  return Object.entries(lock.packages)
    .flatMap(([path, { dev = false, optional = false }]) => {
      const [, name] = /^node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path) ?? [];
      return name === undefined || dev || optional ? [] : [`${name}\n`];
    })
    .join('');
}

/** Reports whether a gateway at `url` serves requests. */
async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/ready`)).ok;
  } catch {
    return false;
  }
}
