import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { change, storedEvents } from '../support/change.ts';
import { startTestGateway } from '../support/gateway.ts';
import { shared } from '../support/lifetime.ts';

const sharedGateway = shared(() => startTestGateway());

test.for(['company', 'connection', 'node'])('%s of an unknown id is null', async (field) => {
  const gateway = sharedGateway();

  const data = await ask(gateway, `${field}(id: $id) { id }`, { id: randomUUID() });

  expect(data).toEqual({ [field]: null });
});

test('an id finds only what it is of', async () => {
  const gateway = sharedGateway();
  const ids = await gateway.withCompany({ connections: [{}] });
  const { companyId, connectionId } = ids;

  expect(
    await ask(
      gateway,
      `company(id: $connectionId) { id }
       connection(id: $companyId) { id }
       aCompany: node(id: $companyId) { __typename id }
       aConnection: node(id: $connectionId) { __typename id }`,
      { companyId, connectionId },
    ),
  ).toEqual({
    company: null,
    connection: null,
    aCompany: { __typename: 'Company', id: companyId },
    aConnection: { __typename: 'Connection', id: connectionId },
  });
});

test('node finds an integration', async () => {
  const gateway = sharedGateway();
  const { integrations } = await ask(gateway, 'integrations(filter: { key: "gbol" }) { id }');
  const { id } = integrations[0];

  expect(
    await ask(gateway, 'node(id: $id) { __typename id ... on Integration { key } }', { id }),
  ).toEqual({
    node: { __typename: 'Integration', id, key: 'gbol' },
  });
});

test('ids are found in upper case and answered in lower case', async () => {
  const gateway = sharedGateway();
  const { companyId } = await gateway.withCompany();

  const data = await ask(gateway, 'company(id: $id) { id } node(id: $id) { id }', {
    id: companyId.toUpperCase(),
  });

  expect(data).toEqual({ company: { id: companyId }, node: { id: companyId } });
});

test('connections of an unknown company are none', async () => {
  const gateway = sharedGateway();
  await gateway.withCompany({ connections: [{}] });

  const { connections } = await ask(
    gateway,
    'connections(filter: { companyId: $id }) { totalCount nodes { id } }',
    { id: randomUUID() },
  );

  expect(connections).toEqual({ totalCount: 0, nodes: [] });
});

const mutations = [
  ['updateCompany', 'companyId', { name: 'Acme' }],
  ['deleteCompany', 'companyId', {}],
  ['createConnection', 'companyId', { integrationKey: 'gbol' }],
  ['unlinkConnection', 'companyId', { connectionId: randomUUID() }],
  ['unlinkConnection', 'connectionId', { companyId: randomUUID() }],
  ['deleteConnection', 'companyId', { connectionId: randomUUID() }],
  ['deleteConnection', 'connectionId', { companyId: randomUUID() }],
] as const;

test.for(mutations)('%s refuses a malformed %s', async ([mutation, field, others]) => {
  const gateway = sharedGateway();
  const before = storedEvents(gateway);

  expect(await change(gateway, mutation, { ...others, [field]: 'acme' })).toEqual({
    __typename: 'InvalidInputError',
    message: `${field} must be a UUID`,
    field,
    rule: 'must be a UUID',
  });
  expect(storedEvents(gateway)).toEqual(before);
});

test.for(mutations)('%s finds nothing by an unknown %s', async ([mutation, field, others]) => {
  const gateway = sharedGateway();
  const before = storedEvents(gateway);

  expect(await change(gateway, mutation, { ...others, [field]: randomUUID() })).toMatchObject({
    __typename: 'NotFoundError',
    field: 'connectionId' in others || field === 'connectionId' ? 'connectionId' : 'companyId',
  });
  expect(storedEvents(gateway)).toEqual(before);
});
