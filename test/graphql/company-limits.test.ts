import { expect, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { change, storedEvents } from '../support/change.ts';
import { startTestGateway } from '../support/gateway.ts';
import { shared } from '../support/lifetime.ts';

const tags = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ key: `key ${index}`, value: 'x' }));
const tag = (key: string, value = 'x') => ({ tags: [{ key, value }] });

const nameSize = 'must be 1 to 200 characters after trimming';
const keySize = 'must be 1 to 27 characters after trimming';
const control = 'must not contain control characters';
const lines = 'must not contain line breaks or tabs';
const unicode = 'must be well-formed Unicode';

const refused: [title: string, input: object, field: string, rule: string][] = [
  ['an empty name', { name: '' }, 'name', nameSize],
  ['a blank name', { name: ' \t\u00a0\u2003 ' }, 'name', nameSize],
  ['a name of 201 characters', { name: 'x'.repeat(201) }, 'name', nameSize],
  ['a name of 201 emoji', { name: '🦊'.repeat(201) }, 'name', nameSize],
  ['a name of 200,000 characters', { name: 'x'.repeat(200_000) }, 'name', nameSize],
  ['a NUL in the name', { name: 'Ac\u0000me' }, 'name', control],
  ['a line break in the name', { name: 'Ac\nme' }, 'name', lines],
  ['an escape sequence in the name', { name: '\u001b[31mAcme' }, 'name', control],
  ['a C1 control character in the name', { name: 'Ac\u0085me' }, 'name', control],
  ['a line separator in the name', { name: 'Ac\u2028me' }, 'name', lines],
  ['a lone high surrogate in the name', { name: 'Ac\ud800me' }, 'name', unicode],
  ['a lone low surrogate in the name', { name: 'Acme\udc00' }, 'name', unicode],
  [
    'a description of 4001 characters',
    { description: 'é'.repeat(4001) },
    'description',
    'must be at most 4000 characters',
  ],
  ['a NUL in the description', { description: 'a\u0000b' }, 'description', control],
  ['a lone surrogate in the description', { description: 'a\ud83e' }, 'description', unicode],
  ['11 tags', { tags: tags(11) }, 'tags', 'must have at most 10 tags'],
  ['an empty key', tag(''), 'tags[0].key', keySize],
  ['a blank key', tag('  '), 'tags[0].key', keySize],
  ['a key of 28 characters', tag('k'.repeat(28)), 'tags[0].key', keySize],
  ['a tab in a key', tag('a\tb'), 'tags[0].key', lines],
  [
    'a value of 101 characters',
    { tags: [...tags(2), { key: 'long', value: '🦊'.repeat(101) }] },
    'tags[2].value',
    'must be at most 100 characters',
  ],
  ['a line break in a value', tag('a', 'b\nc'), 'tags[0].value', lines],
  ['a lone surrogate in a value', tag('a', '\udfff'), 'tags[0].value', unicode],
  [
    'a key that is given twice',
    { tags: [...tags(2), { key: ' key 0 ', value: 'other' }] },
    'tags[2].key',
    'must be unique',
  ],
];

const empty = shared(() => startTestGateway());
const filled = shared(() => startTestGateway());

test.for(refused)('createCompany refuses %s', async ([, input, field, rule]) => {
  const gateway = empty();

  expect(await change(gateway, 'createCompany', { name: 'Acme', ...input })).toEqual({
    __typename: 'InvalidInputError',
    message: `${field} ${rule}`,
    field,
    rule,
  });
  expect(storedEvents(gateway)).toEqual([]);
});

test.for(refused)('updateCompany refuses %s', async ([, input, field, rule]) => {
  const gateway = filled();
  const { companyId } = await gateway.withCompany({ name: 'Acme' });
  const before = storedEvents(gateway);

  expect(await change(gateway, 'updateCompany', { companyId, ...input })).toEqual({
    __typename: 'InvalidInputError',
    message: `${field} ${rule}`,
    field,
    rule,
  });
  expect(storedEvents(gateway)).toEqual(before);
});

test.for<[string, object]>([
  ['a name of one character', { name: 'X' }],
  ['a name of 200 characters', { name: 'x'.repeat(200) }],
  ['a name of 200 emoji', { name: '🦊'.repeat(200) }],
  ['a description of 4000 characters', { description: 'x'.repeat(4000) }],
  ['a description of 4000 emoji', { description: '🦊'.repeat(4000) }],
  ['line breaks and tabs in the description', { description: 'a\r\nb\n\tc' }],
  ['10 tags', { tags: tags(10) }],
  ['a key of 27 characters', tag('k'.repeat(27))],
  ['a key of 27 emoji', tag('🦊'.repeat(27))],
  ['a value of 100 characters', tag('a', 'v'.repeat(100))],
  ['a value of 100 emoji', tag('a', '🦊'.repeat(100))],
  ['an empty value', tag('a', '')],
  ['keys that differ in case', { tags: [tag('A').tags[0], tag('a').tags[0]] }],
])('createCompany takes %s', async ([, input]) => {
  const gateway = filled();

  const { company } = await change(
    gateway,
    'createCompany',
    { name: 'Acme', ...input },
    'company { id name description tags { key value } }',
  );

  expect(company).toMatchObject(input);
  const { company: found } = await ask(
    gateway,
    'company(id: $id) { name description tags { key value } }',
    { id: company.id },
  );
  expect(found).toMatchObject(input);
});

test.for([
  'Société Générale d’Électricité',
  'Müller & Söhne GmbH',
  'Ελληνικά Ταχυδρομεία',
  'ООО «Ромашка»',
  'شركة الاتصالات',
  'חברת חשמל',
  '株式会社日立製作所',
  '주식회사 한빛',
  'บริษัท ไทย จำกัด',
  'हिन्दुस्तान लिमिटेड',
  'İstanbul Isı A.Ş.',
  'e\u0301 written in two parts',
  '👩‍👩‍👧‍👦 Family Shop',
  '𠮷野家',
  `Robert'); DROP TABLE companies; --`,
  '100% "quoted" \\ _under_ {{name}} <script>',
])('the name %s survives and is found by itself', async (name) => {
  const gateway = filled();

  const { company } = await change(gateway, 'createCompany', { name }, 'company { id name }');

  expect(company.name).toBe(name);
  const { data } = await gateway.query(
    'query ($search: String) { companies(filter: { search: $search }) { nodes { id name } } }',
    { search: name },
  );
  expect(data.companies.nodes).toEqual([{ id: company.id, name }]);
});
