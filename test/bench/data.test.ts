import { expect, test } from 'vitest';
import { companyRecord, connectionId } from '../../bench/data.ts';
import { canonicalJson, median, quantile } from '../../bench/statistics.ts';
import { startTestGateway } from '../support/gateway.ts';

// Tests the parts of the benchmark that need no other server. `npm run bench -- --quick` tries all of it.

test('an import takes the companies of the benchmark, with four connections each', async () => {
  const gateway = await startTestGateway();

  const summary = await gateway.import(
    Array.from({ length: 40 }, (_, index) => companyRecord(index)),
  );

  expect(summary.companies).toMatchObject({ created: 40, refused: 0 });
  expect(summary.connections).toMatchObject({ created: 160 });
});

test('the connections that the benchmark unlinks are Linked', () => {
  for (const index of [0, 1, 7, 1007]) {
    const linked = companyRecord(index).dataConnections.filter((it) => it.status === 'Linked');
    expect(linked.map(({ id }) => id)).toEqual([connectionId(index, 0), connectionId(index, 1)]);
  }
});

test('answers are equal whatever the order of their properties, but not of their lists', () => {
  expect(canonicalJson('{"b": [{"d": 1, "c": null}], "a": 2}')).toBe(
    canonicalJson('{"a":2,"b":[{"c":null,"d":1}]}'),
  );
  expect(canonicalJson('[1,2]')).not.toBe(canonicalJson('[2,1]'));
});

test('a median is the middle, or lies between two', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([1, 2, 10, 4])).toBe(3);
  expect(quantile([0, 100], 0.99)).toBe(99);
});
