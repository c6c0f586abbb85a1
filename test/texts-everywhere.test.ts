import { expect, test } from 'vitest';
import { change } from './support/change.ts';
import { importInto } from './support/import.ts';
import { shared } from './support/lifetime.ts';
import { companyRecord } from './support/records.ts';
import { startRestGateway } from './support/rest.ts';
import { inDatabase } from './support/rows.ts';
import { runHere } from './support/run-here.ts';

// GraphQL, REST, imports and the command line apply one rule to texts.

const rest = shared(() => startRestGateway());

test.for([
  ['nothing visible', '\u200B\u2060', 'must have a visible character'],
  ['an override', '\u202Eabc', 'must not override the direction of text (U+202D, U+202E)'],
  ['an open isolate', 'a\u2067bc', 'must close, in the same line, each control of direction'],
  ['a line separator', 'a\u2028b', 'must not contain line breaks or tabs'],
  ['an escape', '\u001B[31m', 'must not contain control characters'],
] as const)('a text with %s is refused everywhere', async ([, text, rule]) => {
  const input = { name: 'Acme', tags: [{ key: text, value: 'x' }] };
  const mutation = await change(rest(), 'createCompany', input);
  const named = await change(rest(), 'createCompany', { name: text });
  const request = await rest().raw({
    method: 'POST',
    path: '/companies',
    body: { name: 'Acme', tags: { [text]: 'x' } },
  });
  const record = companyRecord({ tags: { [text]: 'x' } });
  const { refused } = await importInto(rest(), [record, companyRecord({ name: text })]);
  const key = ['keys', 'create', '--scope', 'read', '--name', text];
  const { stderr } = await runHere(key, { env: { DATABASE_URL: `file:${rest().file}` } });

  expect(mutation).toMatchObject({ field: 'tags[0].key', rule: expect.stringContaining(rule) });
  expect(named).toMatchObject({ field: 'name', rule: expect.stringContaining(rule) });
  expect(request.status).toBe(400);
  expect(request.json().error).toContain(rule);
  expect(refused.map(({ reason }) => reason)).toEqual([
    expect.stringContaining(rule),
    expect.stringContaining(rule),
  ]);
  expect(stderr).toContain(`--name ${rule}`);
});

test('lines of a description may end with any line break, everywhere', async () => {
  const description = 'a\nb\r\nc\u2028d\u2029e\tf';
  const { company } = await change(
    rest(),
    'createCompany',
    { name: 'A', description },
    'company { description }',
  );
  const created = await rest().sdk.companies.create({ name: 'A', description });
  const { companyId } = await rest().withCompany({ description });

  expect(company).toEqual({ description });
  expect(created.description).toBe(description);
  expect((await rest().sdk.companies.get({ companyId })).description).toBe(description);
});

test('a name that was stored before the rule is shown, found and kept by other changes', async () => {
  const { companyId } = await rest().withCompany();
  const name = '\u202Enevele';
  inDatabase(rest().file, (db) => {
    db.prepare(`UPDATE companies SET name = ?, name_folded = 'nevele' WHERE id = ?`).run(
      name,
      companyId,
    );
  });

  const changed = await change(
    rest(),
    'updateCompany',
    { companyId, description: 'x' },
    'company { name }',
  );
  const { data } = await rest().query(
    'query ($search: String) { companies(filter: { search: $search }) { nodes { id name } } }',
    { search: name },
  );
  const { results } = await rest().sdk.companies.list({ query: `name = ${name}` });

  expect(changed.company).toEqual({ name });
  expect(data.companies.nodes).toEqual([{ id: companyId, name }]);
  expect(results?.map(({ id }) => id)).toEqual([companyId]);
});
