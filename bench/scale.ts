import { statSync } from 'node:fs';
import type { Pinning } from './cpus.ts';
import { growthCases, type GrowthCase } from './growth-cases.ts';
import { measureLatency, type Latency } from './latency.ts';
import { createApiKey, importRecords, newDatabaseFile, startGateway } from './product.ts';
import { recordLines } from './records.ts';
import { decimal, progress, publish, whole } from './report.ts';
import type { Settings } from './settings.ts';

interface Import {
  readonly companies: number;
  readonly perSecond: number;
  readonly peakMegabytes: number;
  readonly fileMegabytes: number;
}

/** Measures one gateway's latency, and the rate of imports, while its database grows. */
export async function measureGrowth(
  settings: Settings,
  { serverPrefix, description }: Pinning,
): Promise<void> {
  const file = newDatabaseFile('scale');
  const imports: Import[] = [];
  const latencies = new Map<string, Latency[]>();
  let apiKey: string | undefined;
  let before = 0;
  for (const companies of settings.sizes) {
    progress(`importing up to ${whole(companies)} companies`);
    imports.push(await grow(file, serverPrefix, { from: before, to: companies }));
    before = companies;
    apiKey ??= await createApiKey(file);
    const server = await startGateway(file, serverPrefix);
    try {
      const target = { url: server.url, apiKey };
      for (const it of await growthCases(target, companies)) {
        progress(`${whole(companies)} companies: ${it.name}`);
        const latency = await measureLatency(target, it.bodies, settings.samples);
        latencies.set(it.name, [...(latencies.get(it.name) ?? []), latency]);
      }
    } finally {
      await server.stop();
    }
  }
  publish(
    {
      name: 'scale',
      title: 'Speed while the data grows',
      how: [
        `- Each company has 4 connections. One client asks one query after another, ${settings.samples} of each, or as many as take 10 s; ${description}.\n- Figures are milliseconds until the answer is there, median and (99th percentile); "growth" is the last median by the first. The rate and the memory of an import are those of what came on top of the size before.`,
      ],
      tables: [latencyRows(settings.sizes, latencies), importRows(imports)],
    },
    settings,
  );
}

async function grow(
  file: string,
  prefix: readonly string[],
  { from, to }: { readonly from: number; readonly to: number },
): Promise<Import> {
  const started = performance.now();
  const { peakMegabytes } = await importRecords(file, prefix, recordLines(from, to));
  const seconds = (performance.now() - started) / 1000;
  return {
    companies: to,
    perSecond: ((to - from) * 4) / seconds,
    peakMegabytes,
    fileMegabytes: statSync(file).size / 2 ** 20,
  };
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

function importRows(imports: readonly Import[]): string[][] {
  return [
    ['import up to', 'connections per second', 'peak memory MB', 'database MB'],
    ...imports.map(({ companies, perSecond, peakMegabytes, fileMegabytes }) => [
      `${whole(companies)} companies`,
      whole(perSecond),
      whole(peakMegabytes),
      whole(fileMegabytes),
    ]),
  ];
}
