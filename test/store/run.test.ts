import { execFileSync } from 'node:child_process';
import { open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { companyIds, makeDatabase, manyCompanies } from '../support/database.ts';
import { temporaryFolder } from '../support/folder.ts';
import { postQuery, type Answer } from '../support/gateway.ts';
import { mountDisk } from '../support/mount.ts';
import { spawnGateway } from '../support/process.ts';
import { runHere } from '../support/run-here.ts';
import { amount } from '../support/soak.ts';

interface Created {
  readonly createCompany: { readonly company: { readonly id: string } } | null;
}

/** Creates a company of some kilobytes. */
function create(url: string): Promise<Answer<Created | null>> {
  return postQuery(
    url,
    `mutation ($description: String) {
      createCompany(input: {name: "New", description: $description}) {
        ... on CreateCompanyPayload { company { id } }
      }
    }`,
    { description: 'd'.repeat(4000) },
  );
}

/** Creates companies until a request fails. Returns the ids of the created companies and the failed response. */
async function createUntilRefused(url: string) {
  const created: string[] = [];
  for (let tries = 0; tries < 2000; tries += 1) {
    const answer = await create(url);
    const id = answer.data?.createCompany?.company.id;
    if (id === undefined) return { created, refused: answer };
    created.push(id);
  }
  throw new Error('nothing was refused');
}

async function countOf(url: string): Promise<number> {
  const { data } = await postQuery<{ companies: { totalCount: number } }>(
    url,
    '{ companies { totalCount } }',
  );
  return data.companies.totalCount;
}

function check(file: string) {
  return runHere(['check'], { env: { DATABASE_URL: `file:${file}` } });
}

/** Fills a disk to the last byte. */
async function fill(file: string): Promise<void> {
  const filler = await open(file, 'w');
  try {
    for (const size of [65_536, 4096, 1]) {
      for (;;) if ((await filler.write(Buffer.alloc(size))).bytesWritten < size) break;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    await filler.close();
  }
}

test('a full disk refuses changes cleanly, and no more once there is space', async ({ skip }) => {
  const disk = await mountDisk(6, skip);
  const [file, filler] = [join(disk.folder, 'a.db'), join(disk.folder, 'filler')];
  const gateway = await spawnGateway(file);
  await fill(filler);

  const { created, refused } = await createUntilRefused(gateway.url);

  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('60');
  expect(refused.data).toBeNull();
  expect(refused.errors).toHaveLength(1);
  expect(refused.errors[0]).toMatchObject({
    message: 'The gateway has no disk space left; nothing was changed',
    extensions: { code: 'STORAGE_FULL' },
  });
  expect(JSON.stringify(refused)).not.toContain(disk.folder);
  expect(await countOf(gateway.url)).toBe(created.length);
  expect((await create(gateway.url)).errors[0]?.extensions['code']).toBe('STORAGE_FULL');
  expect(companyIds(file)).toEqual(created.toSorted());

  await rm(filler);
  const later = await create(gateway.url);

  expect(later.errors).toEqual([]);
  expect(await countOf(gateway.url)).toBe(created.length + 1);
  gateway.child.kill('SIGTERM');
  const { code, stderr } = await gateway.finished;
  expect(code).toBe(0);
  expect(stderr).toContain('its disk is full');
  expect(await check(file)).toMatchObject({ code: 0 });
});

test('a disk that refuses writes is told as such, and forgotten when it takes them again', async ({
  skip,
}) => {
  const file = join(await temporaryFolder(), 'a.db');
  const gateway = await spawnGateway(file);
  const limit = (bytes: string) => {
    const args = [`--pid=${gateway.child.pid}`, `--fsize=${bytes}:unlimited`];
    execFileSync('prlimit', args, { stdio: 'pipe' });
  };
  try {
    limit(String((await stat(`${file}-wal`)).size + 20_000));
  } catch (error) {
    skip(`the size of files cannot be limited here: ${String(error)}`);
  }

  const { created, refused } = await createUntilRefused(gateway.url);

  expect(refused.status).toBe(503);
  expect(refused.errors).toHaveLength(1);
  expect(refused.errors[0]).toMatchObject({
    message: 'The gateway cannot use its database',
    extensions: { code: 'SERVICE_UNAVAILABLE' },
  });
  expect(await countOf(gateway.url)).toBe(created.length);
  limit('unlimited');
  expect((await create(gateway.url)).errors).toEqual([]);
  expect(await countOf(gateway.url)).toBe(created.length + 1);
  expect(await check(file)).toMatchObject({ code: 0 });
});

test('a page that is damaged is told as a fault of the database, never as an answer', async () => {
  const file = join(await temporaryFolder(), 'a.db');
  const records = await makeDatabase(file, manyCompanies(500));
  const bytes = await readFile(file);
  // Damage everything except the pages that a start reads: the schema, the migrations and the integrations.
  await writeFile(file, bytes.fill(0xa5, bytes.length / 4));
  // All requests are sent at once, and none is to be rejected.
  const gateway = await spawnGateway(file, { MAX_QUEUED: '1000' });

  // A sample from the whole file.
  const each = amount({ usual: 5, soak: 1 });
  const asked = records.filter((_, index) => index % each === 0);
  const answers = await Promise.all(
    asked.map(({ id }) =>
      postQuery<{ company: { name: string } | null } | null>(
        gateway.url,
        `{ company(id: "${id}") { name } }`,
      ),
    ),
  );

  const faults = answers.filter(({ errors }) => errors.length > 0);
  expect(faults.length).toBeGreaterThan(0);
  for (const { status, errors } of faults) {
    expect(status).toBe(503);
    expect(errors[0]).toMatchObject({
      message: 'The gateway cannot use its database',
      extensions: { code: 'SERVICE_UNAVAILABLE' },
    });
  }
  const wrong = answers.filter(
    ({ errors, data }, index) => errors.length === 0 && data?.company?.name !== asked[index]?.name,
  );
  expect(wrong).toEqual([]);
  gateway.child.kill('SIGTERM');
  const { stderr } = await gateway.finished;
  expect(stderr).toContain('is damaged: stop the gateway and restore a backup');
});
