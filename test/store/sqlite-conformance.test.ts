import { join } from 'node:path';
import { describe } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { openTestStore } from '../support/store-file.ts';
import { batchTests } from './conformance/batches.ts';
import { matchingModelTests } from './conformance/matching-model.ts';
import { matchingTests } from './conformance/matching.ts';
import { pageTests } from './conformance/pages.ts';
import { transactionTests } from './conformance/transactions.ts';

// Tests of the `Store` interface alone: a store over another database runs the same.
describe.for([
  ['transactions', transactionTests],
  ['batches', batchTests],
  ['pages', pageTests],
  ['matching', matchingTests],
  ['matching by a model', matchingModelTests],
] as const)('the SQLite store: %s', ([, tests]) => {
  tests(async () => openTestStore(join(await temporaryFolder(), 'test.db')));
});
