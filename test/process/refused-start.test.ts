import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { runCommand } from '../support/process.ts';
import { runHere } from '../support/run-here.ts';

test.for([
  ['PORT=abc', /^PORT must be a port, 0 to 65535\n$/],
  ['PORT=70000', /^PORT must be a port, 0 to 65535\n$/],
  ['PORT=-1', /^PORT must be a port, 0 to 65535\n$/],
  ['PORT=80.5', /^PORT must be a port, 0 to 65535\n$/],
  ...['0', '-1', '65', '1.5', 'two', 'AUTO'].map(
    (value) =>
      [`WORKERS=${value}`, /^WORKERS must be a whole number, 1 to 64, or auto\n$/] as const,
  ),
  ['HOST= ', /^HOST must not be empty\n$/],
  [
    'DATABASE_URL=postgres://x',
    /^DATABASE_URL must be file: followed by the path of a SQLite database.*\n$/,
  ],
  [
    'DATABASE_URL=file:',
    /^DATABASE_URL must be file: followed by the path of a SQLite database.*\n$/,
  ],
  ['LOG_LEVEL=loud', /^LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent\n$/],
  ['PUBLIC_URL=ftp://x', /^PUBLIC_URL must be an http or https URL\n$/],
  ['PUBLIC_URL=gateway.example', /^PUBLIC_URL must be an http or https URL\n$/],
  ['PUBLIC_URL=http://', /^PUBLIC_URL must be an http or https URL\n$/],
  ['PUBLIC_URL=https://x/?a=b', /^PUBLIC_URL must not have a query or a fragment\n$/],
  ...[
    '10.0.0.0/33',
    '10.0.0',
    '0.0.0.0/0',
    '::/0',
    '::ffff:10.0.0.1',
    'proxy.example',
    '10.0.0.1,',
  ].map(
    (value) =>
      [
        `TRUSTED_PROXIES=${value}`,
        /^TRUSTED_PROXIES must be comma-separated addresses or networks, .*\n$/,
      ] as const,
  ),
  ...['gateway.example:4000', 'https://gateway.example', '*', 'a b', ','].map(
    (value) =>
      [
        `ALLOWED_HOSTS=${value}`,
        /^ALLOWED_HOSTS must be comma-separated host names without ports\n$/,
      ] as const,
  ),
  ['GRAPHIQL=maybe', /^GRAPHIQL must be on or off\n$/],
  [
    'OTEL_EXPORTER_OTLP_ENDPOINT=collector:4318',
    /^OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https URL\n$/,
  ],
  [
    'OTEL_EXPORTER_OTLP_ENDPOINT=https://collector/?key=planted',
    /^OTEL_EXPORTER_OTLP_ENDPOINT must not have a query or a fragment\n$/,
  ],
] as const)('a start with %s is refused in one line', async ([setting, message]) => {
  const folder = await temporaryFolder();
  const [name = '', value = ''] = setting.split(/=(.*)/s);

  const env = { DATABASE_URL: `file:${join(folder, 'test.db')}`, [name]: value };
  const { code, stdout, stderr } = await runHere([], { env });

  expect(stderr).toMatch(message);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(await readdir(folder)).toEqual([]);
});

test('a start with several faults names each in a line of its own', async () => {
  const env = { PORT: 'abc', LOG_LEVEL: 'loud', GRAPHIQL: 'maybe' };
  const folder = await temporaryFolder();

  const { code, stdout, stderr } = await runCommand([], { cwd: folder, env }).finished;

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(await readdir(folder)).toEqual([]);
  expect(
    stderr
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[0]),
  ).toEqual(['PORT', 'GRAPHIQL', 'LOG_LEVEL']);
});

test('an import with a faulty configuration is refused in the same way', async () => {
  const folder = await temporaryFolder();
  const { code, stderr } = await runCommand(['import', '-'], {
    cwd: folder,
    env: { DATABASE_URL: 'postgres://x' },
  }).finished;

  expect(code).toBe(1);
  expect(stderr).toMatch(/^DATABASE_URL must be .*\n$/);
  expect(await readdir(folder)).toEqual([]);
});

test('a fault in the file .env is refused in the same way', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, '.env'), 'PORT=abc\n');

  const { code, stderr } = await runCommand([], { cwd: folder }).finished;

  expect(code).toBe(1);
  expect(stderr).toBe('PORT must be a port, 0 to 65535\n');
});

test('a line of the file .env that is not understood is refused without its content', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, '.env'), 'PORT=0\nENCRYPTION_KEYS: secret\n');

  const { code, stderr } = await runCommand([], { cwd: folder }).finished;

  expect(code).toBe(1);
  expect(stderr).toMatch(/^\.env line 2 must be NAME=value, [^\n]*\n$/);
  expect(stderr).not.toContain('secret');
});

test.for(['Production', 'prod', ' production', 'production\u00A0'])(
  'NODE_ENV=%j, which is nearly production, is refused',
  async (name) => {
    const { code, stderr } = await runHere([], { env: { NODE_ENV: name } });

    expect(code).toBe(1);
    expect(stderr).toMatch(/^NODE_ENV must be exactly production/);
  },
);

test('a file .env of more than 1 MiB is refused', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, '.env'), `PORT=0\n${'#'.repeat(1024 * 1024)}\n`);

  const { code, stderr } = await runCommand([], { cwd: folder }).finished;

  expect(code).toBe(1);
  expect(stderr).toBe('.env must be a regular file of at most 1 MiB\n');
});

test.for(['1', '3'])(
  'a start on a port that is taken is refused in one line, by WORKERS=%s',
  async (workers) => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => {
      other.close();
    });
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;

    const { code, stdout, stderr } = await runCommand([], {
      env: {
        PORT: String(port),
        WORKERS: workers,
        DATABASE_URL: `file:${join(await temporaryFolder(), 'test.db')}`,
      },
    }).finished;

    expect(stderr).toMatch(
      new RegExp(`^[^\\n]*address already in use 127\\.0\\.0\\.1:${port}\\n$`),
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  },
);

test('a start on a folder in place of a database is refused in one line', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'folder.db'));

  const { code, stdout, stderr } = await runCommand([], {
    cwd: folder,
    env: { DATABASE_URL: 'file:./folder.db', PORT: '0' },
  }).finished;

  expect(stderr).toMatch(/^\.\/folder\.db cannot be a database: [^\n]*\n$/);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
});
