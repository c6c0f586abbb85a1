import { expect, test } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';
import { counts, importInto } from '../support/import.ts';
import { companyRecord, connectionRecord } from '../support/records.ts';

const elevenTags = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`k${index}`, '']));

test.for<[string, Record<string, unknown>, string]>([
  ['no id', { id: undefined }, 'id must be a UUID'],
  ['an id that is no UUID', { id: '8a210b68' }, 'id must be a UUID'],
  ['an id that is a number', { id: 17 }, 'id must be a UUID'],
  ['no name', { name: undefined }, 'name must be a string'],
  ['a name of null', { name: null }, 'name must be a string'],
  ['an empty name', { name: ' ' }, 'name must be 1 to 200 characters after trimming'],
  ['a name too long', { name: 'x'.repeat(201) }, 'name must be 1 to 200 characters after trimming'],
  ['a control character', { name: 'a\u0007b' }, 'name must not contain control characters'],
  ['a broken surrogate pair', { name: 'a\uD800b' }, 'name must be well-formed Unicode'],
  [
    'a description too long',
    { description: 'x'.repeat(4001) },
    'description must be at most 4000 characters',
  ],
  ['tags that are a list', { tags: ['a'] }, 'tags must be an object of strings'],
  ['eleven tags', { tags: elevenTags }, 'tags must have at most 10 tags'],
  ['a tag that is a number', { tags: { a: 1 } }, 'tags[0].value must be a string'],
  [
    'a long tag key',
    { tags: { ['x'.repeat(28)]: '' } },
    'tags[0].key must be 1 to 27 characters after trimming',
  ],
  [
    'no date',
    { created: 'soon' },
    'created must be a date, or a date and time, such as 2024-01-31, 2024-01-31T12:30:00Z or 2024-01-31T12:30:00.123+02:00',
  ],
  ['a date as a number', { created: 1 }, 'created must be a date and time as a string'],
  [
    '30 February',
    { created: '2024-02-30T00:00:00Z' },
    'created must be a date and time that exist',
  ],
  ['connections in an object', { dataConnections: {} }, 'dataConnections must be an array'],
  ['a connection of null', { dataConnections: [null] }, 'dataConnections[0] must be an object'],
  [
    '1001 connections, which would be one long transaction',
    { dataConnections: Array.from({ length: 1001 }, () => connectionRecord()) },
    'dataConnections must be at most 1000 connections: spread more over several records of the company',
  ],
])('a record with %s is refused with the rule that it breaks', async ([, given, reason]) => {
  const gateway = await startTestGateway();

  const { companies, refused } = await importInto(gateway, [{ ...companyRecord(), ...given }]);

  expect(companies).toEqual(counts({ refused: 1 }));
  expect(refused[0]?.reason).toBe(reason);
});

test.for<[string, Record<string, unknown>, string]>([
  ['no id', { id: undefined }, 'id must be a UUID'],
  ['an integrationId that is no UUID', { integrationId: 'gbol' }, 'integrationId must be a UUID'],
  ['no sourceId', { sourceId: undefined }, 'sourceId must be a UUID'],
  [
    'an empty key',
    { integrationKey: '' },
    'integrationKey must be 1 to 50 characters after trimming',
  ],
  ['no platform name', { platformName: undefined }, 'platformName must be a string'],
  [
    'an unknown status',
    { status: 'LINKED' },
    'status must be one of PendingAuth, Linked, Unlinked, Deauthorized',
  ],
  [
    'an unknown source type',
    { sourceType: 'accounting' },
    'sourceType must be one of Accounting, Banking, BankFeed, Commerce, Expense, Other, Unknown',
  ],
  [
    'a bad lastSync',
    { lastSync: '' },
    'lastSync must be a date, or a date and time, such as 2024-01-31, 2024-01-31T12:30:00Z or 2024-01-31T12:30:00.123+02:00',
  ],
])('a connection with %s is refused with the rule that it breaks', async ([, given, reason]) => {
  const gateway = await startTestGateway();
  const dataConnections = [connectionRecord(), { ...connectionRecord(), ...given }];

  const { companies, connections, refused } = await importInto(gateway, [
    { ...companyRecord(), dataConnections },
  ]);

  expect(companies).toEqual(counts({ refused: 1 }));
  expect(connections).toEqual(counts({ refused: 2 }));
  expect(refused[0]?.reason).toBe(`dataConnections[1].${reason}`);
});

test.for<[string, unknown]>([
  ['a number', 17],
  ['null', null],
  ['a text', 'a company'],
  ['a list', []],
])('a record that is %s is refused', async ([, record]) => {
  const gateway = await startTestGateway();

  const { refused } = await importInto(gateway, [companyRecord(), record]);

  expect(refused).toEqual([{ place: 'line 2', id: undefined, reason: 'must be an object' }]);
});

test('what breaks a rule is not quoted, whatever its size', async () => {
  const gateway = await startTestGateway();
  const huge = 'x'.repeat(1_000_000);

  const { companies, refused } = await importInto(gateway, [
    companyRecord(),
    { ...companyRecord(), id: huge, name: huge, tags: { [huge]: huge } },
    { ...companyRecord(), name: huge },
    companyRecord(),
  ]);

  expect(companies).toEqual(counts({ created: 2, refused: 2 }));
  expect(refused[1]?.reason).toBe('name must be 1 to 200 characters after trimming');
  for (const record of refused) expect(JSON.stringify(record).length).toBeLessThan(300);
});

test('a key named __proto__ gives a record nothing', async () => {
  const gateway = await startTestGateway();
  const { name, ...nameless } = companyRecord();
  const record: unknown = JSON.parse(
    `{ ${JSON.stringify(nameless).slice(1, -1)}, "__proto__": { "name": ${JSON.stringify(name)} } }`,
  );

  const { refused } = await importInto(gateway, [record]);

  expect(refused[0]?.reason).toBe('name must be a string');
});

test.for([
  ['created', (created: string) => companyRecord({ created }), 'created'],
  [
    'lastSync of a connection',
    (lastSync: string) => companyRecord({ dataConnections: [connectionRecord({ lastSync })] }),
    'dataConnections[0].lastSync',
  ],
  [
    'created of a connection',
    (created: string) => companyRecord({ dataConnections: [connectionRecord({ created })] }),
    'dataConnections[0].created',
  ],
] as const)('%s may be ahead as clocks are, but not in the future', async ([, record, field]) => {
  const gateway = await startTestGateway();
  const minutesAhead = (minutes: number) =>
    record(new Date(Date.now() + minutes * 60_000).toISOString());

  const { companies, refused } = await importInto(gateway, [minutesAhead(4), minutesAhead(20)]);

  expect(companies).toEqual(counts({ created: 1, refused: 1 }));
  expect(refused.map(({ reason }) => reason)).toEqual([`${field} must not be in the future`]);
});

test('moments come with fractional digits, an offset, or neither', async () => {
  const gateway = await startTestGateway();
  const moments = [
    '2022-10-23T00:00:00.1239999Z',
    '2022-10-23T02:00:00.123+02:00',
    '2022-10-23T00:00:00.1230000',
  ];
  const records = moments.map((created) => companyRecord({ created }));

  await gateway.import(records);

  const { data } = await gateway.query('{ companies { nodes { created } } }');
  expect(data.companies.nodes).toEqual(
    moments.map(() => ({ created: '2022-10-23T00:00:00.123Z' })),
  );
});
