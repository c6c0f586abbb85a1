import { expect, test } from 'vitest';
import { shared } from './support/lifetime.ts';
import { importInto } from './support/import.ts';
import { companyRecord } from './support/records.ts';
import { startRestGateway } from './support/rest.ts';

// Every place that reads a time accepts the same forms, and says the same of others.

const rest = shared(() => startRestGateway());

const since = (value: string) => `created: { from: ${value}, to: "2017-06-01" }`;

test.for([
  ['nanoseconds', '2016-12-31T10:00:00.123456789Z', '2016-12-31T10:00:00.123Z'],
  ['no seconds', '2016-12-31T10:00Z', '2016-12-31T10:00:00.000Z'],
  ['an offset of hours', '2016-12-31T10:00:00+02', '2016-12-31T08:00:00.000Z'],
  ['an offset without a colon', '2016-12-31T10:00:00-0230', '2016-12-31T12:30:00.000Z'],
  ['lower case', '2016-12-31t10:00:00z', '2016-12-31T10:00:00.000Z'],
  ['a space', '2016-12-31 10:00:00Z', '2016-12-31T10:00:00.000Z'],
  ['a leap second', '2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
] as const)('a time with %s is read everywhere', async ([, written, moment]) => {
  const { companyId } = await rest().withCompany({ created: written });

  const { data } = await rest().query(
    `query ($id: ID!, $from: DateTime!) {
      company(id: $id) { created }
      literal: companies(last: 1, filter: { ${since(JSON.stringify(written))} }) { nodes { id } }
      variable: companies(last: 1, filter: { ${since('$from')} }) { nodes { id } }
    }`,
    { id: companyId, from: written },
  );
  const { results } = await rest().sdk.companies.list({
    query: `id = ${companyId} && created = ${written}`,
  });

  expect(data.company).toEqual({ created: moment });
  for (const { nodes } of [data.literal, data.variable]) expect(nodes).not.toEqual([]);
  expect(results?.map(({ id }) => id)).toEqual([companyId]);
});

test.for([
  ['has no form of a time', 'soon', 'a date, or a date and time, such as 2024-01-31, '],
  ['does not exist', '2024-02-30', 'a date and time that exist'],
  ['is out of range', '10000-01-01', 'a time in the years 0001 to 9999, in UTC'],
] as const)('a time that %s gets the same message everywhere', async ([, written, must]) => {
  const { errors } = await rest().query(
    'query ($from: DateTime) { companies(filter: { created: { from: $from } }) { totalCount } }',
    { from: written },
  );
  const list = await rest().raw({ path: `/companies?query=created%3D${written}` });
  const { companyId, connectionId } = await rest().withCompany({
    connections: [{ status: 'PendingAuth' }],
  });
  const authorization = await rest().raw({
    method: 'PUT',
    path: `/companies/${companyId}/connections/${connectionId}/authorization`,
    body: { accessToken: 'token', expires: written },
  });
  const { refused } = await importInto(rest(), [companyRecord({ created: written })]);

  expect(errors[0]?.message).toContain(`must be ${must}`);
  expect(list.json().error).toContain(`must compare created with ${must}`);
  expect(authorization.json().error).toContain(`expires must be ${must}`);
  expect(refused[0]?.reason).toContain(`created must be ${must}`);
});
