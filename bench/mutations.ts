import { copyFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { Pinning } from './cpus.ts';
import { companyId, connectionId } from './data.ts';
import { load } from './load.ts';
import {
  createApiKey,
  importRecords,
  newDatabaseFile,
  startGateway,
  startPeer,
} from './product.ts';
import { unlinkBody } from './queries.ts';
import { recordLines } from './records.ts';
import { decimal, progress, publish, whole } from './report.ts';
import type { Server } from './server-process.ts';
import { connections, type Settings } from './settings.ts';
import { median } from './statistics.ts';

interface Way {
  readonly name: string;
  readonly clients: number;
  start(file: string, prefix: readonly string[]): Promise<Server>;
}

const ways: readonly Way[] = [
  { name: `Connexions, ${connections} clients`, clients: connections, start: startGateway },
  { name: 'Connexions, 1 client', clients: 1, start: startGateway },
  {
    name: `no GraphQL: a transaction each, ${connections} clients`,
    clients: connections,
    start: (file, prefix) => startPeer(file, prefix, ['one-transaction']),
  },
];

/** Measures durable mutations per second, when they arrive concurrently and when they arrive one by one. */
export async function measureMutations(
  settings: Settings,
  { serverPrefix, description }: Pinning,
): Promise<void> {
  const original = newDatabaseFile('mutations');
  progress(`importing ${settings.companies} companies`);
  const lines = recordLines(0, settings.companies);
  await importRecords(original, { prefix: serverPrefix, lines, offline: false });
  const apiKey = await createApiKey(original);
  const rates = new Map<Way, number[]>(ways.map((way) => [way, []]));
  for (let round = 0; round < settings.rounds; round += 1) {
    for (const way of ways) {
      progress(`round ${round + 1} of ${settings.rounds}: ${way.name}`);
      const file = newDatabaseFile('mutations-round');
      copyFileSync(original, file);
      rates.get(way)?.push(await unlinkAll(way, file, { apiKey, serverPrefix, settings }));
    }
  }
  const [first = []] = rates.values();
  publish(
    {
      name: 'mutations',
      title: 'Speed of mutations',
      how: [
        `- ${whole(settings.mutations)} times \`unlinkConnection\`, each of another connection, after a tenth of them to warm up; rounds: ${settings.rounds}, each on a fresh copy of the database; ${description}.\n- Every answer goes out after its commit, with \`synchronous=FULL\`. One client alone never shares a transaction with another. Figures are mutations per second, medians; "×" is how many times as many the first line has.`,
      ],
      tables: [
        [
          ['server', 'mutations', '×'],
          ...[...rates].map(([{ name }, all]) => [
            name,
            whole(median(all)),
            decimal(median(first) / median(all)),
          ]),
        ],
      ],
    },
    settings,
  );
}

interface Circumstances {
  readonly apiKey: string;
  readonly serverPrefix: readonly string[];
  readonly settings: Settings;
}

async function unlinkAll(
  way: Way,
  file: string,
  { apiKey, serverPrefix, settings: { mutations } }: Circumstances,
): Promise<number> {
  const bodies = Array.from({ length: mutations }, (_, index) => bodyOf(index));
  const warmUp = bodies.splice(0, mutations / 10);
  const before = countUnlinked(file);
  const server = await way.start(file, serverPrefix);
  try {
    const target = { url: server.url, apiKey };
    await load(target, { connections: way.clients, bodies: warmUp, until: 'allSent' });
    const { perSecond } = await load(target, {
      connections: way.clients,
      bodies,
      until: 'allSent',
    });
    // A rejected mutation has status 200 too.
    const done = countUnlinked(file) - before;
    if (done !== mutations) throw new Error(`${done} of ${mutations} connections were unlinked`);
    return perSecond;
  } finally {
    await server.stop();
  }
}

/** Makes a request that unlinks one of the Linked connections of the data, two per company. */
function bodyOf(index: number): string {
  const company = Math.floor(index / 2);
  return unlinkBody({
    companyId: companyId(company),
    connectionId: connectionId(company, index % 2),
  });
}

function countUnlinked(file: string): number {
  const db = new Database(file, { readonly: true });
  const count = db
    .prepare<[], number>(`select count(*) from connections where status = 'Unlinked'`)
    .pluck()
    .get();
  db.close();
  return count ?? 0;
}
