import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ask } from './support/callers.ts';
import { temporaryFolder } from './support/folder.ts';
import { spawnGateway, type SpawnedGateway } from './support/process.ts';
import { inDatabase } from './support/rows.ts';
import { amount } from './support/soak.ts';
import { spawnTogether, togetherness } from './support/workers.ts';

const create = (gateway: SpawnedGateway, key: string) =>
  ask<{ createCompany: { company: { id: string } } }>(gateway, {
    query: `mutation ($name: String!) {
      createCompany(input: { name: $name }) { ... on CreateCompanyPayload { company { id } } }
    }`,
    variables: { name: key },
    headers: { 'idempotency-key': key },
  });

/** Returns the stored companies by name. A name is the idempotency key of the request that created it. */
const companiesIn = (file: string) =>
  inDatabase(file, (db) =>
    db.prepare<[], { id: string; name: string }>('SELECT id, name FROM companies').all(),
  );

test.for(togetherness)(
  'of 50 requests with one key, sent at once to %s, one changes and all get its answer',
  async (how) => {
    const file = join(await temporaryFolder(), 'test.db');
    const gateways = await spawnTogether(how, (env) => spawnGateway(file, env));

    const answers = await Promise.all(
      Array.from({ length: 50 / gateways.length }, () =>
        gateways.map((gateway) => create(gateway, 'key-1')),
      ).flat(),
    );

    const [company, ...more] = companiesIn(file);
    expect(more).toEqual([]);
    expect(answers).toHaveLength(50);
    expect(new Set(answers.map(({ text }) => text))).toEqual(
      new Set([`{"data":{"createCompany":{"company":{"id":"${company?.id}"}}}}`]),
    );
    const events = inDatabase(file, (db) =>
      db.prepare('SELECT count(*) FROM events').pluck().get(),
    );
    expect(events).toBe(1);
  },
);

const rounds = amount({ usual: 1, soak: 10 });
const perRound = 20;

/** Sends a request for each key concurrently, and kills the process after this number of responses. */
async function killAmid(gateway: SpawnedGateway, keys: readonly string[], answered: number) {
  const acknowledged = new Map<string, string>();
  const kill = () => gateway.child.kill('SIGKILL');
  const all = keys.map(async (key) => {
    const { text } = await create(gateway, key);
    acknowledged.set(key, text);
    if (acknowledged.size === answered) kill();
  });
  if (answered === 0) kill();
  await Promise.allSettled(all);
  await gateway.finished;
  return acknowledged;
}

test('however a process ends, a request that is repeated gets its answer if, and only if, its change is there', async () => {
  const file = join(await temporaryFolder(), 'test.db');
  let gateway = await spawnGateway(file);

  for (let round = 0; round < rounds; round += 1) {
    const keys = Array.from({ length: perRound }, (_, i) => `round-${round}-${i}`);
    const acknowledged = await killAmid(gateway, keys, Math.floor(Math.random() * perRound));

    const kept = new Map(companiesIn(file).map(({ id, name }) => [name, id]));
    expect([...acknowledged.keys()].filter((key) => !kept.has(key))).toEqual([]);
    gateway = await spawnGateway(file);
    for (const key of keys) {
      const { text, data } = await create(gateway, key);
      const { id } = data.createCompany.company;
      // A change that was stored returns its original response; one that was not is made now.
      expect(kept.get(key) ?? id).toBe(id);
      expect(acknowledged.get(key) ?? text).toBe(text);
    }
    expect(companiesIn(file)).toHaveLength((round + 1) * perRound);
  }
}, 60_000);
