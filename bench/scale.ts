import { copyFileSync, existsSync, statSync } from 'node:fs';
import type { Target } from './ask.ts';
import type { Pinning } from './cpus.ts';
import { growthCases, type GrowthCase } from './growth-cases.ts';
import { measureLatencies, type Latency } from './latency.ts';
import { createApiKey, importRecords, newDatabaseFile, startGateway } from './product.ts';
import { recordLines } from './records.ts';
import { decimal, progress, publish, whole } from './report.ts';
import type { Server } from './server-process.ts';
import type { Settings } from './settings.ts';

/** The largest size at which online imports are measured. They take several times as long as offline imports. */
const maxCompaniesOnline = 100_000;

interface Rate {
  readonly perSecond: number;
  readonly peakMegabytes: number;
}

interface Growth {
  readonly companies: number;
  readonly offline: Rate;
  readonly online: Rate | undefined;
  readonly fileMegabytes: number;
}

/** Measures the latency of gateways over databases of different sizes, and the speed of the imports that fill them. */
export async function measureGrowth(settings: Settings, pinning: Pinning): Promise<void> {
  const { sizes, samples } = settings;
  const { serverPrefix, description } = pinning;
  const files: string[] = [];
  const growths: Growth[] = [];
  for (const [index, to] of sizes.entries()) {
    progress(`importing up to ${whole(to)} companies`);
    const file = databaseLike(files[index - 1], `scale-${to}`);
    growths.push(await grow(file, serverPrefix, { from: sizes[index - 1] ?? 0, to }));
    files.push(file);
  }
  publish(
    {
      name: 'scale',
      title: 'Speed while the data grows',
      how: [
        `- Each company has 4 connections. One client asks one query after another, ${samples} of each at each size, or as many as take 10 s, the sizes in turns; ${description}.\n- Figures are milliseconds until the answer is there, median and (99th percentile); "growth" is the last median by the first. The rate and the memory of an import are those of what came on top of the size before.`,
      ],
      tables: [
        latencyRows(sizes, await latenciesOf(files, pinning, settings)),
        importRows(growths),
      ],
    },
    settings,
  );
}

/** Returns the path of a new database, or of a copy of an existing one. */
function databaseLike(original: string | undefined, name: string): string {
  const file = newDatabaseFile(name);
  if (original !== undefined) copyFileSync(original, file);
  return file;
}

async function latenciesOf(
  files: readonly string[],
  { serverPrefix }: Pinning,
  { sizes, samples }: Settings,
): Promise<Map<GrowthCase['name'], Latency[]>> {
  const servers: Server[] = [];
  try {
    const targets: Target[] = [];
    for (const file of files) {
      const apiKey = await createApiKey(file);
      const server = await startGateway(file, serverPrefix);
      servers.push(server);
      targets.push({ url: server.url, apiKey });
    }
    const cases = await Promise.all(
      targets.map((target, index) => growthCases(target, sizes[index] ?? 0)),
    );
    const latencies = new Map<string, Latency[]>();
    for (const [index, { name }] of (cases[0] ?? []).entries()) {
      progress(name);
      const asked = targets.map((target, at) => ({
        target,
        bodies: cases[at]?.[index]?.bodies ?? [],
      }));
      latencies.set(name, await measureLatencies(asked, samples));
    }
    return latencies;
  } finally {
    for (const server of servers) await server.stop();
  }
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Adds companies to a database offline. Before that, measures the import as beside a gateway on a copy of it. */
async function grow(file: string, prefix: readonly string[], span: Span): Promise<Growth> {
  let online: Rate | undefined;
  if (span.to <= maxCompaniesOnline) {
    const copy = databaseLike(existsSync(file) ? file : undefined, 'scale-online');
    online = await measureImport(copy, prefix, { ...span, offline: false });
  }
  const offline = await measureImport(file, prefix, { ...span, offline: true });
  return { companies: span.to, online, offline, fileMegabytes: statSync(file).size / 2 ** 20 };
}

async function measureImport(
  file: string,
  prefix: readonly string[],
  { from, to, offline }: Span & { readonly offline: boolean },
): Promise<Rate> {
  const started = performance.now();
  const lines = recordLines(from, to);
  const { peakMegabytes } = await importRecords(file, { prefix, lines, offline });
  const seconds = (performance.now() - started) / 1000;
  return { perSecond: ((to - from) * 4) / seconds, peakMegabytes };
}

function latencyRows(
  sizes: readonly number[],
  latencies: ReadonlyMap<GrowthCase['name'], readonly Latency[]>,
): string[][] {
  return [
    ['query', ...sizes.map((size) => `${whole(size)} companies`), 'growth'],
    ...[...latencies].map(([name, all]) => [name, all.map(cell), growthOf(all)].flat()),
  ];
}

function cell(latency: Latency): string {
  return 'failure' in latency
    ? latency.failure
    : `${decimal(latency.medianMs)} (${decimal(latency.p99Ms)})`;
}

function growthOf(all: readonly Latency[]): string {
  const [first, last] = [all[0], all.at(-1)];
  if (!first || !last || 'failure' in first || 'failure' in last) return '';
  return `${decimal(last.medianMs / first.medianMs)} ×`;
}

function importRows(growths: readonly Growth[]): string[][] {
  return [
    [
      'import up to',
      'connections per second offline',
      'peak memory MB',
      'beside a gateway',
      'peak memory MB',
      'database MB',
    ],
    ...growths.map(({ companies, offline, online, fileMegabytes }) => [
      `${whole(companies)} companies`,
      ...rateCells(offline),
      ...rateCells(online),
      whole(fileMegabytes),
    ]),
  ];
}

function rateCells(rate: Rate | undefined): string[] {
  return rate ? [whole(rate.perSecond), whole(rate.peakMegabytes)] : ['', ''];
}
