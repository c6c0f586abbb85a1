import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { appendFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseYaml } from '@redocly/openapi-core';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { blocksFor } from '../support/block-checks.ts';
import { ask, bearer } from '../support/callers.ts';
import { inlineCode } from '../support/code-blocks.ts';
import { freePort } from '../support/ports.ts';
import { shared } from '../support/lifetime.ts';
import { makeTemporaryRoot, placeFile } from '../support/temporary-root.ts';
import { until } from '../support/until.ts';

// Installs the product as docs/operations.md says, in a temporary root, and runs the gateway and the backup by their
// units' command lines. Stand-ins take the place of systemd and of commands that need root.

const page = 'docs/operations.md';
const take = blocksFor(import.meta.url);
const [install = ''] = take({ page, language: 'sh', containing: 'useradd' });
const [script = ''] = take({ page, language: 'sh', containing: '#!/bin/sh' });
const [start = ''] = take({ page, language: 'sh', containing: 'systemctl' });
const [drill = ''] = take({ page, language: 'sh', containing: '/tmp/drill' });
const [rescue = ''] = take({ page, language: 'sh', containing: '/proc/PID' });
const [drilled = ''] = take({ page, language: '', containing: '/tmp/drill' });
const [logLines = ''] = take({ page, language: 'json' });
const [scrape = ''] = take({ page, language: 'yaml' });

const units = ['connexions.service', 'connexions-backup.service', 'connexions-backup.timer'];

/** Follows the page until the gateway runs and has one company. */
async function installGateway() {
  const root = await makeTemporaryRoot([
    'package.json',
    'package-lock.json',
    'scripts',
    'src',
    'tsconfig.json',
  ]);
  for (const unit of units) await placeFile(root, `deploy/${unit}`);
  const inRoot = (path: string) => join(root.folder, path);
  const logged = () => root.outputOf('connexions.service');
  const run = (commands: string) => root.run(root.place(commands));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const ready = () => root.untilReady('connexions.service', url);

  await run(install);
  await writeFile(inRoot('usr/local/bin/connexions'), root.place(script), { mode: 0o755 });
  await appendFile(inRoot('etc/connexions/environment'), `PORT=${port}\n`);
  const key = (await run(start)).trim();
  await ready();
  await ask({ url }, { query: newCompany, headers: bearer(key) });
  const pid = () => root.pidOf('connexions.service');
  return { inRoot, run, url, key, ready, logged, pid };
}

const newCompany = 'mutation { createCompany(input: { name: "Acme" }) { __typename } }';
const gateway = shared(installGateway);

/** Asks for the number of companies, under the name of the operation in the page's log. */
function countCompanies() {
  const { url, key } = gateway();
  const query = 'query Totals { companies { totalCount } }';
  return ask({ url }, { query, headers: bearer(key) });
}

test('the installed gateway requires the key that the script created', async () => {
  const { url, run } = gateway();

  expect(await run('connexions keys list')).toContain('usable  first (');
  expect((await ask({ url }, { query: '{ __typename }' })).status).toBe(401);
  expect((await countCompanies()).data.companies.totalCount).toBe(1);
});

const parse = (line: string) => JSON.parse(line) as Record<string, unknown>;

test('the gateway logs the lines that the page shows', async () => {
  const { url, logged } = gateway();
  const answers = [await countCompanies(), await ask({ url }, { query: '{ __typename }' })];
  const ids = answers.map(({ headers }) => headers.get('x-request-id') ?? 'none');
  await until('both requests are logged', () => ids.every((id) => logged().includes(id)));
  const lines = logged().split('\n');
  const inLog = ids.map((id) => parse(lines.find((line) => line.includes(id)) ?? ''));
  const shown = logLines.split('\n').map(parse);

  expect(inLog.map((line) => Object.keys(line))).toEqual(shown.map((line) => Object.keys(line)));
  const varying = { time: 0, requestId: '', durationMs: 0, caller: '' };
  for (const line of [...inLog, ...shown]) Object.assign(line, varying);
  expect(inLog).toEqual(shown);
});

interface Scrape {
  readonly scrape_configs: readonly {
    readonly job_name: string;
    readonly authorization: { readonly credentials_file: string };
    readonly static_configs: readonly { readonly targets: readonly string[] }[];
  }[];
}

test('Prometheus can scrape the gateway with the configuration that the page shows', async () => {
  const { url, key } = gateway();
  const { scrape_configs: jobs } = parseYaml(scrape) as Scrape;
  const [job] = jobs;
  const { host, port } = readConfig({});
  const alerts = readFileSync(new URL('../../deploy/alerts.yml', import.meta.url), 'utf8');

  // Everything else is Prometheus's default: HTTP, the path /metrics and the scheme Bearer.
  expect(jobs).toEqual([
    {
      job_name: 'connexions',
      authorization: { credentials_file: expect.stringMatching(/^\/etc\//) },
      static_configs: [{ targets: [`${host}:${port}`] }],
    },
  ]);
  expect(new Set(alerts.match(/(?<=job=")[^"]+/g))).toEqual(new Set([job?.job_name]));
  const scraped = await fetch(`${url}/metrics`, { headers: bearer(key) });
  expect(scraped.status).toBe(200);
  expect(await scraped.text()).toContain('connexions_request_duration_seconds');
  expect((await fetch(`${url}/metrics`)).status).toBe(401);
});

/** Leaves out the version of the schema, which changes with each migration. */
function withoutVersion(text: string): string {
  return text.trim().replaceAll(/version \d+/g, 'version');
}

test('the unit and the cron job make backups, and the drill restores one', async () => {
  const { inRoot, run } = gateway();
  const backups = () => readdirSync(inRoot('var/lib/connexions/backups'));
  const cron = inlineCode(page).find((code) => code.startsWith('30 2 * * * ')) ?? '';

  await run('systemctl start connexions-backup');
  const [name = ''] = backups();
  expect(name).toMatch(/^\d{4}-\d\d-\d\dT\d{6}Z\.db$/);
  const output = await run(drill.replace('NAME.db', name));

  expect(withoutVersion(output.replaceAll(inRoot('tmp'), '/tmp'))).toBe(withoutVersion(drilled));

  // Of the same second, a file would have the same name. In a crontab, \% is a percent sign.
  await rm(inRoot(`var/lib/connexions/backups/${name}`));
  await run(cron.slice('30 2 * * * '.length).replaceAll(String.raw`\%`, '%'));
  expect(backups()).toEqual([expect.stringMatching(/^\d{4}-\d\d-\d\dT\d{6}Z\.db$/)]);
  expect(await run('connexions check')).toContain('is sound: 1 company');
});

test('a backup is restored in production as the page says', async () => {
  const { inRoot, run, url, key, ready } = gateway();
  const text = readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8');
  const [, sentence = ''] = /\*\*Restore in production\*\*: run ([^.]+)\./.exec(text) ?? [];
  const commands = inlineCode(page, sentence);
  const backup = inRoot('var/lib/connexions/production.db');
  await run(`connexions backup ${backup}`);
  await ask({ url }, { query: newCompany, headers: bearer(key) });

  expect(commands).toHaveLength(3);
  const output = await run(commands.join('\n').replace('FILE', backup));

  expect(output).toMatch(/is restored: 1 company.*\nThe previous database is kept as .*replaced-/);
  await ready();
  expect((await countCompanies()).data.companies.totalCount).toBe(1);
});

// The last test: the gateway does not work afterwards.
test('a database that was deleted is saved from the process as the page says', async ({ skip }) => {
  skip(!existsSync('/proc/self/fd'), 'this system does not show the files of a process');
  const { inRoot, run, pid } = gateway();
  const database = inRoot('var/lib/connexions/connexions.db');
  await Promise.all(['', '-wal', '-shm'].map((suffix) => rm(database + suffix)));
  const commands = rescue.replaceAll('PID', String(pid()));
  const [list = '', ...others] = commands.split('\n');

  const open = await run(list);
  const numberOf = (file: string) =>
    new RegExp(`(\\d+) -> ${file} \\(deleted\\)`).exec(open)?.[1] ?? 'none';
  const copy = others
    .join('\n')
    .replace('fd/18', `fd/${numberOf(database)}`)
    .replace('fd/19', `fd/${numberOf(`${database}-wal`)}`);

  expect(await run(copy)).toContain('saved.db is sound: 1 company');
});
