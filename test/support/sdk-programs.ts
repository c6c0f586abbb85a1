import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryFolder } from './folder.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** Installing an SDK takes 10 s over a fast network. */
const installMs = 150_000;
const runMs = 30_000;

/** An example program with its SDK: runs it with arguments and returns its standard output. */
export type SdkProgram = (...args: readonly string[]) => Promise<string>;

/** Why an SDK cannot be installed here. */
export class SdkMissingError extends Error {}

/**
 * Installs the packages of a requirements file and returns the Python example beside the file. Packages stay in the user's
 * cache folder, so only the first run on a machine needs a registry. Throws `SdkMissingError`.
 */
export async function pythonProgram(requirements: string): Promise<SdkProgram> {
  const file = join(repository, requirements);
  const version = await installed(() => run('python3', ['--version'], { timeout: runMs }));
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const digest = createHash('sha256')
    .update(version.stdout)
    .update(await readFile(file))
    .digest('hex');
  const packages = join(cache, 'connexions-tests', `python-${digest.slice(0, 16)}`);
  if (!existsSync(packages)) await installed(() => installPython(file, packages));
  const program = join(dirname(file), 'unlink_and_delete.py');
  return async (...args) => {
    // No bytecode beside the example.
    const env = { ...process.env, PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: '1' };
    const { stdout } = await run('python3', [program, ...args], { env, timeout: runMs });
    return stdout;
  };
}

async function installPython(requirements: string, packages: string): Promise<void> {
  await mkdir(dirname(packages), { recursive: true });
  const folder = await mkdtemp(`${packages}-`);
  try {
    await run(
      'python3',
      // Wheels only: installing runs no code of the packages.
      ['-m', 'pip', 'install', '--only-binary=:all:', '--target', folder, '-r', requirements],
      { timeout: installMs },
    );
    await rename(folder, packages);
  } catch (error) {
    await rm(folder, { recursive: true });
    // Another process was faster.
    if (!existsSync(packages)) throw error;
  }
}

/**
 * Builds the Go example in a folder. `GO_SDK_SOURCE` names a folder with the module of the SDK, for machines whose module proxy
 * does not serve it. Throws `SdkMissingError`.
 */
export async function goProgram(example: string): Promise<SdkProgram> {
  const folder = await temporaryFolder();
  await cp(join(repository, example), folder, { recursive: true });
  const options = { cwd: folder, timeout: installMs, env: { ...process.env, GOFLAGS: '-mod=mod' } };
  const source = process.env['GO_SDK_SOURCE'];
  const replace = `-replace=github.com/codatio/client-sdk-go/platform=${source}`;
  if (source) await run('go', ['mod', 'edit', replace], options);
  await installed(() => run('go', ['mod', 'download'], options));
  const program = join(folder, 'program');
  await run('go', ['build', '-o', program, '.'], options);
  return async (...args) => (await run(program, args, { timeout: runMs })).stdout;
}

async function installed<T>(install: () => Promise<T>): Promise<T> {
  try {
    return await install();
  } catch (error) {
    throw new SdkMissingError(`it cannot be installed: ${(error as Error).message}`);
  }
}
