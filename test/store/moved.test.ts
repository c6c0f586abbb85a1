import { copyFileSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { captureLog } from '../support/captured-log.ts';
import { companyIds } from '../support/database.ts';
import { temporaryFolder } from '../support/folder.ts';
import { postQuery, startTestGateway } from '../support/gateway.ts';
import { spawnGateway } from '../support/process.ts';
import { inDatabase } from '../support/rows.ts';
import { pidsOf, spawnWorkers } from '../support/workers.ts';

const create = 'mutation { createCompany(input: { name: "A" }) { __typename } }';
const count = '{ companies { totalCount } }';

async function readiness(url: string): Promise<number> {
  return (await fetch(`${url}/health/ready`)).status;
}

/** Moves a file away. Returns a function that moves it back. */
function moveAway(file: string): () => void {
  renameSync(file, `${file}.away`);
  return () => renameSync(`${file}.away`, file);
}

function replace(file: string): () => void {
  const moveBack = moveAway(file);
  copyFileSync(`${file}.away`, file);
  return moveBack;
}

const events: [what: string, happen: (file: string) => () => void][] = [
  ['the database is moved', moveAway],
  ['the database is replaced by a copy', replace],
  ['the write-ahead log is deleted', (file) => moveAway(`${file}-wal`)],
  ['the write-ahead log is replaced', (file) => replace(`${file}-wal`)],
  ['the shared memory is deleted', (file) => moveAway(`${file}-shm`)],
  ['the folder is moved', (file) => moveAway(dirname(file))],
  [
    'the folder is replaced',
    (file) => {
      const moveBack = moveAway(dirname(file));
      mkdirSync(dirname(file));
      return () => {
        rmSync(dirname(file), { recursive: true });
        moveBack();
      };
    },
  ],
];

test.for(events)(
  'when %s, changes fail, the gateway is not ready, and the log says so once',
  async ([, happen]) => {
    const folder = join(await temporaryFolder(), 'data');
    mkdirSync(folder);
    const file = join(folder, 'a.db');
    const log = captureLog();
    const gateway = await startTestGateway({ file, logger: log.logger });
    await gateway.query(create);

    const moveBack = happen(file);
    const probes = [await readiness(gateway.url), await readiness(gateway.url)];
    const refused = await gateway.query(create);
    const { data } = await gateway.query(count);
    const search = await gateway.query(
      '{ companies(filter: { search: "Company" }) { totalCount } }',
    );
    moveBack();

    expect(probes).toEqual([503, 503]);
    expect(log.linesWith('not ready')).toMatchObject([
      { level: 50, err: { message: expect.stringMatching(/was deleted, moved or replaced/) } },
    ]);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('60');
    expect(refused.errors[0]).toMatchObject({
      message: "The gateway's database was moved or replaced; nothing was changed",
      extensions: { code: 'SERVICE_UNAVAILABLE' },
    });
    // Reads go on, and show nothing of the change that failed.
    expect(data.companies.totalCount).toBe(1);
    // A thread that reads slow lists may not have opened the database yet, and must open no other one.
    expect(search.status).toBe(503);
    // Nothing was lost: with the file back, all goes on.
    expect(await readiness(gateway.url)).toBe(200);
    expect((await gateway.query(create)).status).toBe(200);
    expect(companyIds(file)).toHaveLength(2);
  },
);

test('a gateway whose database is gone says so when it stops', async () => {
  const file = join(await temporaryFolder(), 'a.db');
  const { url, child, finished } = await spawnGateway(file);
  await postQuery(url, create);
  rmSync(file);

  child.kill('SIGTERM');

  const { code, stderr } = await finished;
  expect(code).toBe(1);
  expect(stderr).toMatch(/^\S+a\.db was deleted, moved or replaced while it was in use: .*$/m);
});

test(
  'a worker is not replaced by one that would make another database',
  { timeout: 120_000 },
  async () => {
    const file = join(await temporaryFolder(), 'a.db');
    const gateway = await spawnWorkers(file);
    await postQuery(gateway.url, create);
    const moveBack = moveAway(file);

    for (const pid of pidsOf(gateway).values()) process.kill(pid, 'SIGKILL');

    const { code, stderr } = await gateway.finished;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^\S+a\.db was deleted, moved or replaced.*$/m);
    moveBack();
    expect(
      inDatabase(file, (db) => db.prepare('SELECT name FROM companies').pluck().all()),
    ).toEqual(['A']);
  },
);
