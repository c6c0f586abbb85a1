import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatInstant, parseInstant } from '../../src/domain/instant.ts';

/** Returns the moment that a text is read as, or what the text must be. */
function momentOf(text: string): string {
  const read = parseInstant(text);
  return read.ok ? formatInstant(read.value) : read.error;
}

test.for([
  ['2022-10-27T09:53:29Z', '2022-10-27T09:53:29.000Z'],
  ['2022-10-27T09:53:29.1Z', '2022-10-27T09:53:29.100Z'],
  ['2022-10-27T09:53:29.12Z', '2022-10-27T09:53:29.120Z'],
  ['2022-10-27T09:53:29.123Z', '2022-10-27T09:53:29.123Z'],
  ['2022-10-27T09:53:29.1239999Z', '2022-10-27T09:53:29.123Z'],
  ['1969-12-31T23:59:59.9999999Z', '1969-12-31T23:59:59.999Z'],
  ['2022-10-27T09:53:29+01:00', '2022-10-27T08:53:29.000Z'],
  ['2022-10-27T09:53:29.5-11:30', '2022-10-27T21:23:29.500Z'],
  ['2022-01-01T00:30:00+01:00', '2021-12-31T23:30:00.000Z'],
  ['2022-10-27T09:53:29-00:00', '2022-10-27T09:53:29.000Z'],
  ['2022-10-27T09:53:29+23:59', '2022-10-26T09:54:29.000Z'],
  ['2022-10-27T09:53:29', '2022-10-27T09:53:29.000Z'],
  ['2022-10-27T09:53:29.1234567', '2022-10-27T09:53:29.123Z'],
  ['2022-10-27', '2022-10-27T00:00:00.000Z'],
  ['2022-10-27t09:53:29z', '2022-10-27T09:53:29.000Z'],
  ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ['2000-02-29T23:59:59Z', '2000-02-29T23:59:59.000Z'],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
  ['0099-12-31', '0099-12-31T00:00:00.000Z'],
  ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  // As Go and Java write nanoseconds.
  ['2024-01-01T10:00:00.123456789Z', '2024-01-01T10:00:00.123Z'],
  ['2024-01-01T10:00:00,5Z', '2024-01-01T10:00:00.500Z'],
  ['2024-01-01T12:00Z', '2024-01-01T12:00:00.000Z'],
  ['2024-01-01T12:00', '2024-01-01T12:00:00.000Z'],
  ['2024-01-01T12:00+02', '2024-01-01T10:00:00.000Z'],
  ['2024-01-01T10:00:00+0100', '2024-01-01T09:00:00.000Z'],
  ['2024-01-01T10:00:00-01', '2024-01-01T11:00:00.000Z'],
  ['2024-01-01 10:00:00Z', '2024-01-01T10:00:00.000Z'],
  ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
  ['2016-12-31T23:59:60.25Z', '2017-01-01T00:00:00.250Z'],
  ['2016-12-31T15:59:60-08:00', '2017-01-01T00:00:00.000Z'],
  ['2017-01-01T05:29:60+0530', '2017-01-01T00:00:00.000Z'],
] as const)('%s is the moment %s', ([text, expected]) => {
  expect(momentOf(text)).toBe(expected);
});

test.for([
  ['30 February', '2024-02-30'],
  ['29 February of a common year', '2023-02-29T00:00:00Z'],
  ['29 February of 1900', '1900-02-29'],
  ['31 April', '2024-04-31T12:00:00+02:00'],
  ['month 0', '2024-00-01'],
  ['month 13', '2024-13-01'],
  ['day 0', '2024-01-00'],
  ['day 32', '2024-01-32'],
  ['24:00', '2024-01-01T24:00:00Z'],
  ['hour 25', '2024-01-01T25:00:00Z'],
  ['minute 60', '2024-01-01T10:60:00Z'],
  ['second 61', '2016-12-31T23:59:61Z'],
  ['a leap second at noon', '2016-12-31T12:00:60Z'],
  ['a leap second at midnight of another zone', '2016-12-31T23:59:60+01:00'],
  ['an offset of a day', '2024-01-01T10:00:00+24:00'],
  ['an offset of 60 minutes', '2024-01-01T10:00:00+01:60'],
] as const)('%s does not exist', ([, text]) => {
  expect(momentOf(text)).toBe('a date and time that exist');
});

test.for([
  ['the year 0', '0000-12-31T23:59:59.999Z'],
  ['a moment whose offset leads before the year 1', '0001-01-01T00:00:00+00:01'],
  ['a moment whose offset leads beyond the year 9999', '9999-12-31T23:59:59-00:01'],
  ['a leap second at the end of the year 9999', '9999-12-31T23:59:60Z'],
  ['a year of five digits', '10000-01-01T00:00:00Z'],
  ['a year with a sign', '+002024-01-01T00:00:00Z'],
  ['a negative year', '-000001-01-01T00:00:00Z'],
] as const)('%s is out of range', ([, text]) => {
  expect(momentOf(text)).toBe('a time in the years 0001 to 9999, in UTC');
});

test.for([
  ['an offset of a date', '2024-01-01Z'],
  ['an hour alone', '2024-01-01T10'],
  ['a point without digits', '2024-01-01T10:00:00.Z'],
  ['a fraction of a minute', '2024-01-01T10:00.5Z'],
  ['no day', '2024-01'],
  ['a week date', '2024-W01-1'],
  ['an ordinal date', '2024-001'],
  ['the basic format', '20240101T100000Z'],
  ['blanks around it', ' 2024-01-01T10:00:00Z '],
  ['two blanks for the T', '2024-01-01  10:00:00Z'],
  ['a line break after it', '2024-01-01T10:00:00Z\n'],
  ['digits of another script', '２０２４-01-01'],
  ['seconds since 1970', '1704067200'],
  ['what a person writes', '1 January 2024'],
  ['nothing', ''],
  ['a word', 'yesterday'],
] as const)('%s is not written as a time', ([, text]) => {
  expect(momentOf(text)).toMatch(/^a date, or a date and time, such as /);
});

test('the examples in the message are times', () => {
  for (const example of momentOf('').match(/[\dT:.+Z-]{10,}/g) ?? []) {
    expect(parseInstant(example)).toMatchObject({ ok: true });
  }
});

const instants = fc.integer({
  min: Date.parse('0001-01-01T00:00:00Z'),
  max: Date.parse('9999-12-31T23:59:59.999Z'),
});

test('what is written of a moment is read as that moment', () => {
  fc.assert(
    fc.property(instants, (instant) => {
      expect(parseInstant(formatInstant(instant))).toEqual({ ok: true, value: instant });
    }),
  );
});

test('a moment is written as Date writes it, on days that were written before too', () => {
  fc.assert(
    fc.property(instants, fc.nat(86_399_999), (instant, later) => {
      for (const it of [instant, instant + later]) {
        expect(formatInstant(it)).toBe(new Date(it).toISOString());
      }
    }),
  );
});

test('a moment written with any offset is read as that moment', () => {
  const minutes = fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 });
  const day = 24 * 60 * 60 * 1000;
  const inner = instants.filter((it) => parseInstant(formatInstant(it + day)).ok);
  fc.assert(
    fc.property(inner, minutes, fc.boolean(), (instant, offset, behind) => {
      const shown = Math.max(Date.parse('0001-01-02T00:00:00Z'), instant);
      const local = formatInstant(shown + (behind ? -1 : 1) * Math.abs(offset) * 60_000);
      const clock = new Date(Math.abs(offset) * 60_000).toISOString().slice(11, 16);

      const written = local.replace('Z', `${behind ? '-' : '+'}${clock}`);

      expect(parseInstant(written)).toEqual({ ok: true, value: shown });
    }),
  );
});

test('no text makes the reading of a moment throw', () => {
  const nearly = fc
    .tuple(instants.map(formatInstant), fc.nat(24), fc.string({ maxLength: 3 }))
    .map(([text, place, other]) => text.slice(0, place) + other + text.slice(place + 1));
  fc.assert(
    fc.property(fc.oneof(nearly, fc.string()), (text) => {
      const instant = parseInstant(text);

      expect(instant.ok ? Number.isSafeInteger(instant.value) : instant.error !== '').toBe(true);
    }),
  );
});
