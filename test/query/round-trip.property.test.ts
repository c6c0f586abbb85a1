import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { newId } from '../../src/domain/id.ts';
import { parseOrder, companyOrders } from '../../src/query/order.ts';
import { parseQuery, parseTags } from '../../src/query/parse.ts';
import {
  companyProperties,
  connectionProperties,
  integrationProperties,
  type Properties,
} from '../../src/query/properties.ts';
import { nameParts } from '../support/dataset.ts';
import { conditions, print } from '../support/queries.ts';

const symbols = ['=', '!=', '~', '>=', '&&', '||', '{', '}', '"', '\\', '\\"', ' ', '\n', "'", '!'];

const text = fc
  .oneof(
    fc.array(fc.constantFrom(...symbols, ...nameParts), { maxLength: 6 }).map((it) => it.join('')),
    fc.string({ unit: 'grapheme', maxLength: 20 }),
  )
  .filter((it) => !/(?![\t\n\r])[\p{Cc}\p{Zl}\p{Zp}]/u.test(it))
  .map((it) => it.trim());

const values = {
  text,
  id: fc.constantFrom(newId(), newId()),
  instant: fc
    .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
    .map(Number),
};

/** Prints random conditions on these properties as queries and parses them. */
function roundTrips<Property extends string>(properties: Properties<Property>) {
  return fc
    .sample(conditions(properties, values), 500)
    .map((written) => ({ written, read: parseQuery(print(written), properties) }));
}

test.for([
  ['companies', () => roundTrips(companyProperties)],
  ['connections', () => roundTrips(connectionProperties)],
  ['integrations', () => roundTrips(integrationProperties)],
] as const)('a condition on %s that is written as a query is read as it was', ([, trips]) => {
  for (const { written, read } of trips()) expect(read).toEqual({ ok: true, value: written });
});

test('a condition on tags that is written as a query is read as it was', () => {
  fc.assert(
    fc.property(
      fc
        .uniqueArray(text, { minLength: 1, maxLength: 3 })
        .chain((keys) =>
          conditions(
            Object.fromEntries(keys.map((key) => [`tags.${key}`, 'text' as const])),
            values,
          ),
        ),
      (condition) => {
        expect(parseTags(print(condition))).toEqual({ ok: true, value: condition });
      },
    ),
    { numRuns: 500 },
  );
});

test('whatever is asked is read or refused, and never takes long', () => {
  const pieces = fc.constantFrom(...symbols, ...Object.keys(companyProperties), 'x', '<', '2024');
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 3000 }),
    fc.array(pieces, { maxLength: 300 }).map((it) => it.join('')),
    fc.tuple(pieces, fc.nat(3000)).map(([piece, times]) => piece.repeat(times)),
  );
  fc.assert(
    fc.property(anything, (it) => {
      const started = performance.now();

      for (const parsed of [
        parseQuery(it, companyProperties),
        parseTags(it),
        parseOrder(it, companyOrders),
      ]) {
        expect(parsed.ok || parsed.error.kind).toBeOneOf([true, 'InvalidInput']);
      }

      expect(performance.now() - started).toBeLessThan(1000);
    }),
    {
      numRuns: 1000,
      examples: [[`"${'\\'.repeat(2040)}`], [`name = "${'\\'.repeat(2030)}`], ['{'.repeat(2047)]],
    },
  );
});
