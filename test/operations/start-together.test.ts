import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ask } from '../support/callers.ts';
import { temporaryFolder } from '../support/folder.ts';
import { spawnGateway } from '../support/process.ts';
import { amount } from '../support/soak.ts';

const together = amount({ usual: 4, soak: 6 });

test('processes that start together on a new database all start', async () => {
  const file = join(await temporaryFolder(), 'new', 'test.db');

  const gateways = await Promise.all(Array.from({ length: together }, () => spawnGateway(file)));

  const query = '{ integrations { id } }';
  const answers = await Promise.all(gateways.map((gateway) => ask(gateway, { query })));
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
});
