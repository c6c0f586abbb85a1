import { expect, test } from 'vitest';
import { parseOrder, companyOrders } from '../../src/query/order.ts';
import { parseQuery, parseTags } from '../../src/query/parse.ts';
import { companyProperties, connectionProperties } from '../../src/query/properties.ts';
import { print } from '../support/queries.ts';

/** Parses a query of companies and prints it in an unambiguous form. */
function meaning(query: string): string {
  const parsed = parseQuery(query, companyProperties);
  if (!parsed.ok) throw new Error(parsed.error.rule);
  return print(parsed.value);
}

function ruleOf(query: string): string {
  const parsed = parseQuery(query, companyProperties);
  if (parsed.ok) throw new Error(`${query} is read as ${print(parsed.value)}`);
  expect(parsed.error).toMatchObject({ kind: 'InvalidInput', field: 'query' });
  return parsed.error.rule;
}

const id = 'e3334455-1aed-4e71-ab43-6bccf12092ee';

test.for<[query: string, expected: string]>([
  [`id=${id}`, `id = "${id}"`],
  [`ID = ${id.toUpperCase()}`, `id = "${id}"`],
  ['name=Acme', 'name = "Acme"'],
  ['  name  =  Acme Trading Ltd  ', 'name = "Acme Trading Ltd"'],
  ['name~acme', 'name ~ "acme"'],
  ['name!=Acme', 'name != "Acme"'],
  ["name = O'Neil & Sons | Co!", `name = "O'Neil & Sons | Co!"`],
  ['name = The "Best" Ltd', String.raw`name = "The \"Best\" Ltd"`],
  ['name = "Best" of "All"', String.raw`name = "\"Best\" of \"All\""`],
  ['name = "Fish && Chips"', 'name = "Fish && Chips"'],
  ['name = "{" && name != ""', 'name = "{" && name != ""'],
  [String.raw`name = "C:\dir\"s"`, String.raw`name = "C:\\dir\"s"`],
  ['name="a" b', String.raw`name = "\"a\" b"`],
  ['name = "unclosed', String.raw`name = "\"unclosed"`],
  ['name = a=b~c>d', 'name = "a=b~c>d"'],
  ['created>2024-01-31', 'created > 2024-01-31T00:00:00.000Z'],
  ['created >= 2024-01-31T12:00:00+02:00', 'created >= 2024-01-31T10:00:00.000Z'],
  ['lastSync<=2022-10-27T10:22:43.6464237Z', 'lastSync <= 2022-10-27T10:22:43.646Z'],
  ['dataConnections.status=pendingauth', 'dataConnections.status = "PendingAuth"'],
  ['DATACONNECTIONS.sourcetype!=bankfeed', 'dataConnections.sourceType != "BankFeed"'],
  ['name=a && name=b || name=c', '{name = "a" && name = "b"} || name = "c"'],
  ['name=a || name=b && name=c', 'name = "a" || {name = "b" && name = "c"}'],
  ['{name=a||name=b}&&name!=c', '{name = "a" || name = "b"} && name != "c"'],
  ['{ { name = a } }', 'name = "a"'],
  ['name=a\n&&\tname=b', 'name = "a" && name = "b"'],
])('%s means %s', ([query, expected]) => {
  expect(meaning(query)).toBe(expected);
});

test.for(['', '   '])('a blank query asks for everything', (query) => {
  expect(parseQuery(query, companyProperties)).toEqual({
    ok: true,
    value: { kind: 'and', conditions: [] },
  });
  expect(parseTags(query)).toEqual({ ok: true, value: { kind: 'and', conditions: [] } });
});

test.for<[query: string, rule: string]>([
  [
    'foo=1',
    'must use one of the properties id, name, description, lastSync, created, dataConnections.id',
  ],
  ['foo=1', 'at character 1, not "foo"'],
  ['redirect=x', 'must use one of the properties id, name'],
  ['tags.region=uk', 'must use one of the properties id, name'],
  ['constructor=x', 'must use one of the properties id, name'],
  ['__proto__=x', 'must use one of the properties id, name'],
  [`${'x'.repeat(1000)}=1`, `not "${'x'.repeat(40)}…"`],
  ['name', 'must have one of =, !=, ~, >, <, >= and <= at the end'],
  ['name && name=b', 'must have one of =, !=, ~, >, <, >= and <= at character 6'],
  ['=x', 'must have a name at character 1'],
  ['name=', 'must have a value at the end'],
  ['name= && name=b', 'must have a value at character 7'],
  ['name == b', 'must have a value at character 7'],
  ['name => b', 'must have a value at character 7'],
  ['name=a &&', 'must have a name at the end'],
  ['name=a && && name=b', 'must have a name at character 11'],
  ['name=a}', 'must have && or || at character 7'],
  ['name=a{', 'must have && or || at character 7'],
  ['😀=a', 'at character 1, not "😀"'],
  ['name=😀 && x=a', 'at character 11, not "x"'],
  ['{name=a', 'must have &&, || or } at the end: the { at character 1 is not closed'],
  ['{}', 'must have a name at character 2'],
  ['name>a', 'must compare name with one of the operators = != ~ at character 5, not >'],
  ['id~e33', 'must compare id with one of the operators = != at character 3, not ~'],
  [
    'created~2024',
    'must compare created with one of the operators = != > < >= <= at character 8, not ~',
  ],
  ['id=42', 'must compare id with a UUID at character 4'],
  ['created>yesterday', 'must compare created with a date, or a date and time, such as 2024-01-31'],
  ['created=2024-02-30', 'must compare created with a date and time that exist'],
  [
    'dataConnections.status = Link',
    'with one of PendingAuth, Linked, Unlinked, Deauthorized at character 26',
  ],
  [`name=${'x'.repeat(2043)}`, 'must be under 2,048 characters'],
  ['name=a\u0000b', 'must not contain control characters'],
  ['name=\u0085', 'must not contain control characters'],
  ['name=\uD800', 'must be well-formed Unicode'],
  [`${'{'.repeat(21)}name=a${'}'.repeat(21)}`, 'must not nest more than 20 groups'],
  [Array(21).fill('created>2024-01-01').join('&&'), 'must have at most 20 comparisons'],
  [Array(6).fill('dataConnections.platformName~a').join('||'), 'must have at most 20 comparisons'],
  [Array(6).fill('dataConnections.status!=Linked').join('||'), 'must have at most 20 comparisons'],
])('%s is refused: %s', ([query, rule]) => {
  expect(ruleOf(query)).toContain(rule);
});

test.for([
  `name=${'x'.repeat(2042)}`,
  `${'{'.repeat(20)}name=a${'}'.repeat(20)}`,
  Array(20).fill('created>2024-01-01').join('&&'),
  Array(5).fill('dataConnections.platformName~a').join('||'),
  Array(20).fill('dataConnections.platformName=a').join('||'),
  Array(255).fill('name=a').join('||'),
  Array(49).fill(`id=${id}`).join('||'),
])('what is as large as it may be is read: %s', (query) => {
  expect(parseQuery(query, companyProperties)).toMatchObject({ ok: true });
});

test('a company has no properties of a connection, nor the other way round', () => {
  expect(parseQuery('status=Linked', companyProperties)).toMatchObject({ ok: false });
  expect(parseQuery('name=Acme', connectionProperties)).toMatchObject({ ok: false });
  expect(parseQuery('status=Linked', connectionProperties)).toMatchObject({ ok: true });
});

test.for<[tags: string, expected: string]>([
  ['region=uk && team=invoice-finance', '"region" = "uk" && "team" = "invoice-finance"'],
  ['region != uk', '"region" != "uk"'],
  ['owning team ~ finance', '"owning team" ~ "finance"'],
  ['Région=süd || région=""', '"Région" = "süd" || "région" = ""'],
  ['"a=b" = c', '"a=b" = "c"'],
  ['constructor=x', '"constructor" = "x"'],
])('the tags %s mean %s', ([tags, expected]) => {
  const parsed = parseTags(tags);

  expect(parsed.ok && print(parsed.value)).toBe(expected);
});

test.for<[tags: string, rule: string]>([
  ['region', 'must have one of =, !=, ~, >, <, >= and <= at the end'],
  ['region>uk', 'must compare a tag with one of the operators = != ~ at character 7, not >'],
  ['=uk', 'must have a name at character 1'],
])('the tags %s are refused: %s', ([tags, rule]) => {
  expect(parseTags(tags)).toMatchObject({ ok: false, error: { field: 'tags', rule } });
});

test.for([
  ['name', { by: 'name', descending: false }],
  ['-name', { by: 'name', descending: true }],
  [' -LastSync ', { by: 'lastSync', descending: true }],
  ['-modifiedDate', { by: 'created', descending: true }],
] as const)('the order %s', ([order, expected]) => {
  expect(parseOrder(order, companyOrders)).toEqual({ ok: true, value: expected });
});

test.for(['', '-', '--name', 'name,created', 'status', 'constructor', 'name desc'])(
  'the order %s is refused',
  (order) => {
    expect(parseOrder(order, companyOrders)).toMatchObject({
      ok: false,
      error: { kind: 'InvalidInput', field: 'orderBy' },
    });
  },
);
