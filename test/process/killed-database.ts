import { join } from 'node:path';
import { expect } from 'vitest';
import { ask, bearer } from '../support/callers.ts';
import { temporaryFolder } from '../support/folder.ts';
import { ndjson } from '../support/import.ts';
import { placeNewDatabase } from '../support/new-database.ts';
import type { Random } from '../support/random.ts';
import { runHere } from '../support/run-here.ts';
import { disagreements } from './agreement.ts';
import { eventsAfter, isDone, isMade, type StoredEvent } from './attempts.ts';
import { replay } from './replay.ts';
import { busyCompany, makeClients, spawnBusyGateway, Traffic, type Client } from './traffic.ts';
import { World } from './world.ts';

const clientCount = 8;
const companiesARound = 6;

/** Counts of what happened until processes were killed. */
export type Figures = Record<
  'rounds' | 'acknowledged' | 'refused' | 'present' | 'absent' | 'repeated',
  number
>;

/** Adds figures to sums. */
export function add(sums: Figures, figures: Figures): void {
  for (const key of Object.keys(sums) as (keyof Figures)[]) sums[key] += figures[key];
}

/** The resources of a round. */
export interface Circumstances {
  readonly file: string;
  readonly clients: readonly Client[];
  readonly random: Random;
}

/** Makes a database with companies for all rounds, and a model of it. `killDuring` does the work of a round. */
export async function startDatabase(
  random: Random,
  rounds: number,
  killDuring: (traffic: Traffic, circumstances: Circumstances) => Promise<void>,
) {
  const file = join(await temporaryFolder(), 'test.db');
  const records = Array.from({ length: rounds * companiesARound }, (_, index) =>
    busyCompany(`Company ${index}`),
  );
  const env = { DATABASE_URL: `file:${file}` };
  await placeNewDatabase(file);
  await runHere(['import', '-'], { env, input: ndjson(records) });
  const clients = await makeClients(file, clientCount, random);
  const world = new World();
  const imported = {
    kind: 'import',
    records,
    sent: 0,
    answered: 0,
    lastEvent: Number.POSITIVE_INFINITY,
  } as const;
  let known = eventsAfter(file);
  expect(replay(world, { requests: [], imports: [imported] }, known)).toEqual([]);
  expect(disagreements(file, world)).toEqual([]);
  const traffic = new Traffic({ racing: 0.05 });

  return {
    async killOnce(round: number): Promise<Figures> {
      traffic.add(records.slice(round * companiesARound, (round + 1) * companiesARound));
      traffic.requests = [];
      await killDuring(traffic, { file, clients, random });

      const { requests } = traffic;
      const events = eventsAfter(file);
      expect(firstChanged(known, events)).toBeUndefined();
      expect(replay(world, { requests, imports: [] }, events.slice(known.length))).toEqual([]);
      expect(disagreements(file, world)).toEqual([]);
      known = events;

      const changes = requests.filter(({ what }) => what !== 'connection');
      const unanswered = changes.filter(({ answer }) => answer === undefined);
      return {
        rounds: 1,
        acknowledged: changes.filter(isDone).length,
        refused: changes.filter((it) => it.answer !== undefined && !isDone(it)).length,
        present: unanswered.filter(({ events: told }) => told.length > 0).length,
        absent: unanswered.filter((it) => !isMade(it)).length,
        repeated: changes.filter((it) => isDone(it) && isMade(it.firstTry)).length,
      };
    },
    async end() {
      const { url, child, finished } = await spawnBusyGateway(file);
      const headers = bearer(clients[0]?.key.secret ?? '');
      const { data } = await ask({ url }, { query: '{ companies { totalCount } }', headers });
      const live = [...world.companies.values()].filter(({ isLive }) => isLive);
      expect(data).toEqual({ companies: { totalCount: live.length } });
      child.kill('SIGTERM');
      expect((await finished).code).toBe(0);
      expect(disagreements(file, world)).toEqual([]);
      const { code, stdout } = await runHere(['check'], { env });
      expect(stdout).toMatch(/is sound/);
      expect(code).toBe(0);
    },
  };
}

/** Returns the first earlier event that is missing or changed. */
function firstChanged(before: readonly StoredEvent[], after: readonly StoredEvent[]) {
  return before.find((event, index) => JSON.stringify(event) !== JSON.stringify(after[index]));
}
