import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ask } from '../support/callers.ts';
import { times } from '../support/documents.ts';
import { temporaryFolder } from '../support/folder.ts';
import { spawnGateway } from '../support/process.ts';

/** Valid documents that are near the limit of tokens, of which no two are the same. */
const largeDocument = (i: number) =>
  `query D${i} { integrations(filter: { sourceType: [${times(950, () => 'OTHER')}] }) { id } }`;

test('documents that are all different do not fill the memory', async () => {
  // Kept parsed, they would take twice as much.
  const gateway = await spawnGateway(join(await temporaryFolder(), 'test.db'), {
    NODE_OPTIONS: '--max-old-space-size=128',
    LOG_LEVEL: 'silent',
    RATE_LIMIT: 'off',
  });
  const statuses = new Set<number>();

  for (let i = 0; i < 900; i += 1) {
    statuses.add((await ask(gateway, { query: largeDocument(i) })).status);
  }

  expect([...statuses]).toEqual([200]);
});
