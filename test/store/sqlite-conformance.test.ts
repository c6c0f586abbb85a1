import { join } from 'node:path';
import { describe } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import { temporaryFolder } from '../support/folder.ts';
import { amount } from '../support/soak.ts';
import { openTestStore } from '../support/store-file.ts';
import { batchTests } from './conformance/batches.ts';
import { eventTests } from './conformance/events.ts';
import { matchingModelTests } from './conformance/matching-model.ts';
import { matchingTests } from './conformance/matching.ts';
import { pageTests } from './conformance/pages.ts';
import { transactionTests } from './conformance/transactions.ts';

// Tests of the `Store` interface alone. A store over another database would run the same tests.
describe.for([
  ['transactions', transactionTests],
  ['batches', batchTests],
  ['pages', pageTests],
  ['events', eventTests],
  ['matching', matchingTests],
  [
    'matching by a model',
    (openStore: () => Promise<Store>) =>
      matchingModelTests(openStore, amount({ usual: 100, soak: 300 })),
  ],
] as const)('the SQLite store: %s', ([, tests]) => {
  tests(async () => openTestStore(join(await temporaryFolder(), 'test.db')));
});
