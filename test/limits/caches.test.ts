import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ask } from '../support/callers.ts';
import { times } from '../support/documents.ts';
import { temporaryFolder } from '../support/folder.ts';
import { spawnGateway } from '../support/process.ts';
import { amount } from '../support/soak.ts';

/** Makes distinct valid documents that are near the limit of tokens. */
const largeDocument = (i: number) =>
  `query D${i} { integrations(filter: { sourceType: [${times(950, () => 'OTHER')}] }) { id } }`;

// If all of them stayed cached in parsed form, they would need twice the memory that the gateway has left.
const documents = amount({ usual: 400, soak: 900 });
const megabytes = amount({ usual: 110, soak: 128 });

test('documents that are all different do not fill the memory', async () => {
  const gateway = await spawnGateway(join(await temporaryFolder(), 'test.db'), {
    NODE_OPTIONS: `--max-old-space-size=${megabytes}`,
    LOG_LEVEL: 'silent',
    RATE_LIMIT: 'off',
  });
  const statuses = new Set<number>();

  for (let i = 0; i < documents; i += 1) {
    statuses.add((await ask(gateway, { query: largeDocument(i) })).status);
  }

  expect([...statuses]).toEqual([200]);
});
