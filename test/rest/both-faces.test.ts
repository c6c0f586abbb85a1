import { expect, test } from 'vitest';
import { bearer, makeApiKey, ask } from '../support/callers.ts';
import { change, storedEvents } from '../support/change.ts';
import { newConnection, refusalOf, startRestGateway, unlinked } from '../support/rest.ts';

test('what one face changes, the other shows at once', async () => {
  const gateway = await startRestGateway();
  const { sdk } = gateway;
  const { id: companyId } = await sdk.companies.create({ name: 'Acme', tags: { a: '1' } });
  const seen = async () => {
    const { data } = await gateway.query(
      `query ($id: ID!) {
        company(id: $id) { name tags { key value } connections { id status platformName } }
      }`,
      { id: companyId },
    );
    return data.company;
  };
  expect(await seen()).toEqual({
    name: 'Acme',
    tags: [{ key: 'a', value: '1' }],
    connections: [],
  });

  await change(gateway, 'updateCompany', { companyId, name: 'Renamed' });
  expect((await sdk.companies.get({ companyId })).name).toBe('Renamed');

  const { connectionId } = await newConnection(gateway, { companyId });
  expect((await seen()).connections).toEqual([
    { id: connectionId, status: 'PENDING_AUTH', platformName: 'Xero' },
  ]);

  await change(gateway, 'authorizeConnection', {
    companyId,
    connectionId,
    credentials: { accessToken: 'token' },
  });
  expect((await sdk.connections.get({ companyId, connectionId })).status).toBe('Linked');

  await sdk.connections.unlink({ companyId, connectionId, ...unlinked });
  expect((await seen()).connections[0].status).toBe('UNLINKED');

  await change(gateway, 'deleteConnection', { companyId, connectionId });
  expect((await refusalOf(sdk.connections.get({ companyId, connectionId }))).status).toBe(404);

  await sdk.companies.delete({ companyId });
  expect(await seen()).toBeNull();
});

test('what REST deletes is gone in GraphQL, whichever way it is asked for', async () => {
  const gateway = await startRestGateway();
  const ref = await newConnection(gateway);

  await gateway.sdk.connections.delete(ref);

  const { data } = await gateway.query(
    `query ($company: ID!, $connection: ID!) {
      connection(id: $connection) { id }
      node(id: $connection) { id }
      connections { totalCount }
      company(id: $company) { connections { id } connectionStatuses }
    }`,
    { company: ref.companyId, connection: ref.connectionId },
  );
  expect(data).toEqual({
    connection: null,
    node: null,
    connections: { totalCount: 0 },
    company: { connections: [], connectionStatuses: ['NO_CONNECTIONS'] },
  });
});

test('both faces leave the same events, with the key as their actor', async () => {
  const gateway = await startRestGateway();
  const { id: actor, secret } = await makeApiKey(gateway);
  const sdk = gateway.sdkWith(secret);
  const mutate = async (mutation: string, input: object, selection: string) => {
    const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`;
    const { data } = await ask(gateway, {
      query: `mutation ($input: ${type}Input!) {
        ${mutation}(input: $input) { ... on ${type}Payload { ${selection} } }
      }`,
      variables: { input },
      headers: bearer(secret),
    });
    return data[mutation];
  };

  const byRest = async () => {
    const { id: companyId } = await sdk.companies.create({ name: 'Acme' });
    await sdk.companies.update({ companyId, companyUpdateRequest: { name: 'New' } });
    const requestBody = { platformKey: 'gbol' };
    const { id: connectionId } = await sdk.connections.create({ companyId, requestBody });
    const ref = { companyId, connectionId };
    await sdk.connections.updateAuthorization({ ...ref, requestBody: { accessToken: 'a' } });
    await sdk.connections.updateAuthorization({ ...ref, requestBody: { accessToken: 'b' } });
    await sdk.connections.unlink({ ...ref, ...unlinked });
    await sdk.connections.delete(ref);
    await sdk.companies.delete({ companyId });
    return companyId;
  };
  const byGraphql = async () => {
    const { company } = await mutate('createCompany', { name: 'Acme' }, 'company { id }');
    const companyId: string = company.id;
    await mutate('updateCompany', { companyId, name: 'New' }, 'company { id }');
    const { connection } = await mutate(
      'createConnection',
      { companyId, integrationKey: 'gbol' },
      'connection { id }',
    );
    const ref = { companyId, connectionId: connection.id };
    for (const accessToken of ['a', 'b']) {
      const input = { ...ref, credentials: { accessToken } };
      await mutate('authorizeConnection', input, 'connection { id }');
    }
    await mutate('unlinkConnection', ref, 'connection { id }');
    await mutate('deleteConnection', ref, 'deletedConnectionId');
    await mutate('deleteCompany', { companyId }, 'deletedCompanyId');
    return companyId;
  };
  const rest = await byRest();
  const graphql = await byGraphql();

  const eventsOf = (companyId: string) =>
    storedEvents(gateway)
      .filter((event) => event.companyId === companyId)
      .map(({ type, fromStatus, toStatus, actor: by }) => ({ type, fromStatus, toStatus, by }));
  expect(eventsOf(rest)).toEqual(eventsOf(graphql));
  expect(eventsOf(rest).map(({ type }) => type)).toEqual([
    'company.created',
    'company.updated',
    'connection.created',
    'connection.connected',
    'connection.reconnected',
    'connection.disconnected',
    'connection.deleted',
    'company.deleted',
  ]);
  expect(new Set(eventsOf(rest).map(({ by }) => by))).toEqual(new Set([actor]));
});
