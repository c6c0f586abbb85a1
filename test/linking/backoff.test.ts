import { expect, test } from 'vitest';
import { backoffMs } from '../../src/linking/upkeep/backoff.ts';

const waits = (failures: number) => Array.from({ length: 200 }, () => backoffMs(failures));

test.for<[failures: number, least: number, most: number]>([
  [1, 2500, 5000],
  [2, 5000, 10_000],
  [3, 10_000, 20_000],
  [8, 320_000, 640_000],
  [9, 450_000, 900_000],
  [10_000, 450_000, 900_000],
])('after %d failures in a row the wait is between %d and %d ms', ([failures, least, most]) => {
  for (const wait of waits(failures)) {
    expect(wait).toBeGreaterThanOrEqual(least);
    expect(wait).toBeLessThanOrEqual(most);
  }
});

test('the wait is not the same for all', () => {
  expect(new Set(waits(5)).size).toBeGreaterThan(100);
});
