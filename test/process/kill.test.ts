import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Random, seedOf } from '../support/random.ts';
import { amount, isSoak } from '../support/soak.ts';
import { add, startDatabase, type Circumstances } from './killed-database.ts';
import { spawnBusyGateway, type Client, type Traffic } from './traffic.ts';

const rounds = amount({ usual: 5, soak: 100 });
/** The number of databases that are tested in parallel, since starting a gateway takes most of a round. */
const databases = amount({ usual: 1, soak: 2 });

test(
  `a gateway that is killed ${rounds} times at any moment keeps every change that it acknowledged, and no half of another`,
  { timeout: 600_000 },
  async () => {
    const random = new Random(seedOf('KILL_SEED'));
    const sums = { rounds: 0, acknowledged: 0, refused: 0, present: 0, absent: 0, repeated: 0 };

    await Promise.all(
      Array.from({ length: databases }, async (_, index) => {
        const database = await startDatabase(
          random.fork(`database ${index}`),
          rounds / databases,
          killDuring,
        );
        for (let round = 0; round < rounds / databases; round += 1) {
          add(sums, await database.killOnce(round));
        }
        await database.end();
      }),
    );

    process.stdout.write(`killed with SIGKILL: ${JSON.stringify({ ...sums, lost: 0 })}\n`);
    expect(sums.rounds).toBe(rounds);
    expect(sums.acknowledged).toBeGreaterThan(rounds);
    // If no request was cut off, the kills missed the critical moments. All of a few rounds may miss them.
    const cutOff = Math.min(sums.present, sums.absent, sums.repeated);
    expect(cutOff >= 1 || !isSoak).toBe(true);
  },
);

/** Runs clients on a gateway and kills it at a random moment: at a response, or while requests are in progress. */
async function killDuring(
  traffic: Traffic,
  { file, clients, random }: Circumstances,
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
    // Fetch throws a TypeError if there was no response: the change may have been made or not.
    if (!(error instanceof TypeError)) throw error;
  }
}
