import { expect, test } from 'vitest';
import { Random, seedOf } from '../support/random.ts';
import { amount } from '../support/soak.ts';
import { until } from '../support/until.ts';
import { allServe, isAlive, pidsOf } from '../support/workers.ts';
import { add, startDatabase, type Circumstances } from './killed-database.ts';
import { spawnBusyGateway, type Client, type Traffic } from './traffic.ts';

const rounds = amount({ usual: 1, soak: 6 });

test(
  `a gateway of workers of which any, and then the first process, is killed ${rounds} times keeps every change that it acknowledged, and no half of another`,
  { timeout: 300_000 },
  async () => {
    const random = new Random(seedOf('KILL_SEED'));
    const sums = { rounds: 0, acknowledged: 0, refused: 0, present: 0, absent: 0, repeated: 0 };
    const database = await startDatabase(random, rounds, killDuring);

    for (let round = 0; round < rounds; round += 1) add(sums, await database.killOnce(round));
    await database.end();

    process.stdout.write(`workers killed with SIGKILL: ${JSON.stringify({ ...sums, lost: 0 })}\n`);
    expect(sums.acknowledged).toBeGreaterThan(rounds);
  },
);

/** Runs clients on a gateway, kills one of its workers, continues with the other one, and kills the whole gateway. */
async function killDuring(
  traffic: Traffic,
  { file, clients, random }: Circumstances,
): Promise<void> {
  const gateway = await spawnBusyGateway(file, { WORKERS: '2', LOG_LEVEL: 'info' });
  const { url, child, finished } = gateway;
  await allServe(gateway, 2);
  const workers = [...pidsOf(gateway).values()];
  const [killed = Number.NaN] = random.chance(0.5) ? workers : workers.toReversed();
  const first = random.integer(1, 100);
  const second = first + random.integer(1, 150);
  let answered = 0;
  traffic.onSent = () => undefined;
  traffic.onAnswered = () => {
    answered += 1;
    if (answered === first) process.kill(killed, 'SIGKILL');
    if (answered === second) child.kill('SIGKILL');
  };
  await Promise.all(clients.map((client) => sendUntil(() => child.killed, url, client, traffic)));
  expect((await finished).signal).toBe('SIGKILL');
  await until('its workers are gone', () => !workers.some(isAlive));
}

/** Repeats a request that was cut off. Other clients stop: the history could not tell two equal requests apart. */
async function sendUntil(
  isOver: () => boolean,
  url: string,
  client: Client,
  traffic: Traffic,
): Promise<void> {
  while (!isOver()) {
    try {
      await traffic.sendNext(url, client);
    } catch (error) {
      // Fetch throws a TypeError if there was no response: the change may have been made or not.
      if (!(error instanceof TypeError)) throw error;
      if (!client.repeats) return;
    }
  }
}
