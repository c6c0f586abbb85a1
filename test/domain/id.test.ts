import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { newId, parseId } from '../../src/domain/id.ts';

test.for([
  ['of version 1', '8a210b68-6988-11ed-a1eb-0242ac120002'],
  ['of version 4', '69c25cc8-e1cd-4b63-b43d-75da021df35d'],
  ['of version 7', '018f6f2e-7c00-7abc-8def-0123456789ab'],
  ['of no version', '12345678-1234-f234-0234-123456789abc'],
  ['of zeros', '00000000-0000-0000-0000-000000000000'],
])('a UUID %s is an id', ([, text]) => {
  expect(parseId(String(text))).toBe(text);
});

test('every UUID is an id, in lower case whatever its own', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.mixedCase(fc.uuid()), (uuid, mixed) => {
      expect(parseId(uuid.toUpperCase())).toBe(uuid);
      expect(parseId(mixed)).toBe(mixed.toLowerCase());
    }),
  );
});

const id = '69c25cc8-e1cd-4b63-b43d-75da021df35d';

test.for([
  ['nothing', ''],
  ['a word', 'acme'],
  ['a UUID without hyphens', id.replaceAll('-', '')],
  ['a UUID with hyphens elsewhere', '69c25cc8e-1cd-4b63-b43d-75da021df35d'],
  ['a UUID in braces', `{${id}}`],
  ['a URN', `urn:uuid:${id}`],
  ['a UUID with blanks around it', ` ${id} `],
  ['a UUID and a line break', `${id}\n`],
  ['a UUID that is too short', id.slice(1)],
  ['a UUID that is too long', `${id}0`],
  ['a UUID with a letter beyond f', id.replace('c', 'g')],
  ['a UUID with digits of another script', id.replace('6', '６')],
] as const)('%s is no id', ([, text]) => {
  expect(parseId(text)).toBeUndefined();
});

test('a new id is a UUID of version 7', () => {
  expect(newId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('new ids sort in the order in which they were made, and none is made twice', () => {
  const ids = Array.from({ length: 20_000 }, () => newId());

  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(ids.toSorted());
});
