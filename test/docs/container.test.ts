import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { blocksFor } from '../support/block-checks.ts';
import { ask, bearer } from '../support/callers.ts';
import { buildContext, buildScript, readDockerfile } from '../support/dockerfile.ts';
import { shared } from '../support/lifetime.ts';
import { freePort } from '../support/ports.ts';
import { makeTemporaryRoot } from '../support/temporary-root.ts';
import { until } from '../support/until.ts';
import { isAlive } from '../support/workers.ts';

// Runs the Docker commands of docs/operations.md with a stand-in for Docker. It builds and runs what the Dockerfile says,
// in a temporary folder, with this machine's Node. Where the user may, it also confines the program as the options say.

const blocks = blocksFor(import.meta.url)({
  page: 'docs/operations.md',
  language: 'sh',
  containing: 'docker',
});
const image = readDockerfile();

/** The reason why programs cannot be confined here. Empty if they can. */
const unconfined = reasonNotToConfine();

function reasonNotToConfine(): string {
  const packages = fileURLToPath(new URL('../../node_modules', import.meta.url));
  const asUser = ['setpriv', '--reuid', '1000', '--regid', '1000', '--clear-groups'];
  const program = [process.execPath, '-e', 'fs.readdirSync(process.argv[1])', packages];
  try {
    execFileSync('unshare', ['--mount', ...asUser, ...program], { stdio: 'pipe' });
    return '';
  } catch (error) {
    return String(error);
  }
}

function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(' ');
}

/** Runs the page's commands. The container is still running afterwards. */
async function runPage() {
  const root = await makeTemporaryRoot([...buildContext(), 'Dockerfile']);
  const container = join(root.folder, 'container');
  const folderOf = (stage: string) =>
    stage === '' ? container : join(root.folder, 'stages', stage);
  const place = (text: string) => root.place(text, container);
  await mkdir(join(container, 'tmp'), { recursive: true });
  await writeFile(join(root.folder, 'users', image.user), unconfined === '' ? '1000' : '');
  await writeFile(
    join(root.folder, 'build.sh'),
    buildScript(image, { context: root.clone, folderOf, place: root.place }),
  );
  const port = await freePort();
  const variables = Object.entries({ ...image.environment, PORT: String(port) });
  await writeFile(
    join(root.folder, 'image.sh'),
    [
      `workdir='${place(image.workdir)}'`,
      `environment='${place(variables.map((pair) => pair.join('=')).join(' '))}'`,
      `entrypoint="${quoted(image.entrypoint)}"`,
      `command="${quoted(image.command)}"`,
      '',
    ].join('\n'),
  );
  const run = (script: string) =>
    root.run(place(script), unconfined === '' ? { CONFINED: 'yes' } : {});
  const url = `http://127.0.0.1:${port}`;
  const [before = '', after = ''] = blocks.join('\n').split(/(?<=unless-stopped connexions\n)/);

  const [key = ''] = (await run(before)).split('\n');
  await root.untilReady('connexions', url);
  const pid = root.pidOf('connexions');
  const log = () => root.outputOf('connexions');
  return { container, run, pid, url, key, log, output: await run(after) };
}

const started = shared(runPage);

test('the commands build the image, create a key, run the gateway and back up', async () => {
  const { container, url, key, output } = started();
  const query = '{ companies { totalCount } }';

  expect(output).toContain('usable  first (');
  expect(output).toMatch(/backup\.db: \d+ kB, 0 companies/);
  expect((await stat(join(container, 'data/backup.db'))).isFile()).toBe(true);
  expect((await ask({ url }, { query })).status).toBe(401);
  expect((await ask({ url }, { query, headers: bearer(key) })).data).toEqual({
    companies: { totalCount: 0 },
  });
});

test('the published port is the one that the image listens on', () => {
  const published = /-p 127\.0\.0\.1:(\d+):(\d+)/.exec(blocks.join('\n'));

  expect(published?.slice(1)).toEqual([image.port, image.port]);
  expect(image.environment['PORT']).toBe(image.port);
  expect(blocks.join('\n')).toContain(`-v connexions:${image.volume} `);
});

test('the health check of the image passes', async () => {
  const command = `docker exec connexions ${quoted(image.healthCheck)}`;

  await expect(started().run(command)).resolves.toBe('');
  const elsewhere = command.replace('exec connexions', 'exec connexions env PORT=1');
  await expect(started().run(elsewhere)).rejects.toThrow('Command failed');
});

test('the gateway runs as the user of the image without capabilities and with a read-only root', async ({
  skip,
}) => {
  skip(unconfined !== '', `this user cannot confine a program: ${unconfined}`);
  const { run, pid } = started();
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');

  expect(status).toMatch(/^Uid:\t1000\t1000\t/m);
  expect(status).toMatch(/^CapBnd:\t0+$/m);
  expect(status).toMatch(/^NoNewPrivs:\t1$/m);
  await run('docker exec connexions touch /data/file /tmp/file');
  await expect(run('docker exec connexions touch /app/file')).rejects.toThrow(
    'Read-only file system',
  );
});

test('the signal of the image stops the gateway in order', async () => {
  const { pid, log } = started();

  expect(isAlive(pid)).toBe(true);
  process.kill(pid, image.stopSignal);

  await until('the gateway has stopped', () => !isAlive(pid));
  expect(log()).toContain('Connexions is ready');
  expect(log()).not.toContain('"level":50');
});
