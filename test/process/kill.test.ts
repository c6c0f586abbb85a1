import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ask, bearer } from '../support/callers.ts';
import { run } from '../support/database.ts';
import { temporaryFolder } from '../support/folder.ts';
import { ndjson } from '../support/import.ts';
import { runCommand } from '../support/process.ts';
import { Random, seedOf } from '../support/random.ts';
import { disagreements } from './agreement.ts';
import { eventsAfter, isDone, isMade, type StoredEvent } from './attempts.ts';
import { replay } from './replay.ts';
import { busyCompany, makeClients, spawnBusyGateway, Traffic, type Client } from './traffic.ts';
import { World } from './world.ts';

const rounds = 100;
/** Databases that are worked on side by side, since a gateway takes most of a round to start. */
const databases = 2;
const clientCount = 8;
const companiesARound = 6;

test(
  `a gateway that is killed ${rounds} times at any moment keeps every change that it acknowledged, and no half of another`,
  { timeout: 600_000 },
  async () => {
    const random = new Random(seedOf('KILL_SEED'));
    const sums = { rounds: 0, acknowledged: 0, refused: 0, present: 0, absent: 0, repeated: 0 };

    await Promise.all(
      Array.from({ length: databases }, async (_, index) => {
        const database = await startDatabase(random.fork(`database ${index}`));
        for (let round = 0; round < rounds / databases; round += 1) {
          add(sums, await database.killOnce(round));
        }
        await database.end();
      }),
    );

    process.stdout.write(`killed with SIGKILL: ${JSON.stringify({ ...sums, lost: 0 })}\n`);
    expect(sums.rounds).toBe(rounds);
    // If none was cut off in the middle, the moments were not those that matter.
    expect(Math.min(sums.present, sums.absent, sums.repeated)).toBeGreaterThan(0);
  },
);

type Figures = Record<
  'rounds' | 'acknowledged' | 'refused' | 'present' | 'absent' | 'repeated',
  number
>;

function add(sums: Figures, figures: Figures): void {
  for (const key of Object.keys(sums) as (keyof Figures)[]) sums[key] += figures[key];
}

/** A database with companies for all rounds, and a model that knows of them. */
async function startDatabase(random: Random) {
  const file = join(await temporaryFolder(), 'test.db');
  const records = Array.from({ length: (rounds / databases) * companiesARound }, (_, index) =>
    busyCompany(`Company ${index}`),
  );
  const env = { DATABASE_URL: `file:${file}` };
  await runCommand(['import', '-'], { env, input: ndjson(records) }).finished;
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
      await finished;
      const { code, stdout } = await run(file, 'check');
      expect(stdout).toMatch(/is sound/);
      expect(code).toBe(0);
    },
  };
}

/** Lets clients work on a gateway, and kills it at a random moment: at an answer, or while requests are under way. */
async function killDuring(
  traffic: Traffic,
  { file, clients, random }: { file: string; clients: readonly Client[]; random: Random },
): Promise<void> {
  const { url, child, finished } = await spawnBusyGateway(file);
  const atAnswer = random.chance(0.5);
  const delayMs = random.integer(0, 20);
  let left = random.integer(1, 150);
  const isTime = () => {
    left -= 1;
    return left === 0;
  };
  traffic.onAnswered = () => {
    if (atAnswer && isTime()) child.kill('SIGKILL');
  };
  traffic.onSent = () => {
    if (!atAnswer && isTime()) void pause(delayMs).then(() => child.kill('SIGKILL'));
  };
  await Promise.all(clients.map((client) => sendUntilGone(url, client, traffic)));
  expect((await finished).signal).toBe('SIGKILL');
}

async function sendUntilGone(url: string, client: Client, traffic: Traffic): Promise<void> {
  try {
    for (;;) await traffic.sendNext(url, client);
  } catch (error) {
    // What fetch throws where no answer came: the change may have been made or not.
    if (!(error instanceof TypeError)) throw error;
  }
}

/** The first event of those that were there before which is not there as it was. */
function firstChanged(before: readonly StoredEvent[], after: readonly StoredEvent[]) {
  return before.find((event, index) => JSON.stringify(event) !== JSON.stringify(after[index]));
}
