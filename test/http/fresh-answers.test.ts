import { expect, onTestFinished, test } from 'vitest';
import { ask, bearer, makeApiKey } from '../support/callers.ts';
import { change } from '../support/change.ts';
import { fullPath } from '../support/full-path.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { companyRecord, connectionRecord } from '../support/records.ts';
import { amount } from '../support/soak.ts';

// A change that one process has acknowledged is visible in all later responses of all processes, however busy they are.

const query = `query Company($id: ID!) {
  company(id: $id) {
    name
    tags { value }
    connectionStatuses
    connections { status integration { name } }
  }
}`;

/** Starts two gateways over one database: one for changes, and one that many clients query at once. */
async function startTwo(env: Record<string, string> = {}) {
  const changing = await startTestGateway({ env: { RATE_LIMIT: 'off', ...env } });
  const busy = await startTestGateway({
    file: changing.file,
    env: { RATE_LIMIT: 'off', ...env },
  });
  return { changing, busy };
}

/** Keeps a gateway busy with requests on kept-alive connections until the test ends. */
function keepBusy(gateway: TestGateway, id: string, headers: Record<string, string> = {}): void {
  const ended = new AbortController();
  const workers = Array.from({ length: 20 }, async () => {
    while (!ended.signal.aborted) await ask(gateway, { query, variables: { id }, headers });
  });
  onTestFinished(async () => {
    ended.abort();
    await Promise.all(workers);
  });
}

const timesOf = (length: number) => Array.from({ length }, (_, time) => time);
const times = timesOf(amount({ usual: 10, soak: 60 }));
const fewerTimes = timesOf(amount({ usual: 5, soak: 20 }));

test('a change shows at once', async () => {
  const { changing, busy } = await startTwo();
  const { companyId, connectionId } = await changing.withCompany({ connections: [{}] });
  keepBusy(busy, companyId);
  const company = async () =>
    (await ask(busy, { query, variables: { id: companyId } })).data.company;
  fullPath.requests = 0;

  for (const time of times) {
    const name = `Name ${time}`;
    await change(changing, 'updateCompany', { companyId, name, tags: [{ key: 'n', value: name }] });
    expect(await company()).toMatchObject({ name, tags: [{ value: name }] });
  }
  await change(changing, 'unlinkConnection', { companyId, connectionId });
  expect(await company()).toMatchObject({ connectionStatuses: ['UNLINKED'] });
  await change(changing, 'deleteCompany', { companyId });
  expect(await company()).toBeNull();

  // All requests took the fast path, except the first ones.
  expect(fullPath.requests).toBeLessThan(times.length + 60);
});

test('a change shows at once in the process that made it', async () => {
  const { busy } = await startTwo();
  const { companyId } = await busy.withCompany();
  keepBusy(busy, companyId);

  for (const time of times) {
    await change(busy, 'updateCompany', { companyId, name: `Name ${time}` });
    const { data } = await ask(busy, { query, variables: { id: companyId } });
    expect(data.company.name).toBe(`Name ${time}`);
  }
});

test('a key that was revoked is refused at once', async () => {
  const { changing, busy } = await startTwo();
  const { companyId } = await changing.withCompany();
  const admin = bearer((await makeApiKey(changing)).secret);
  keepBusy(busy, companyId, admin);

  for (const _ of fewerTimes) {
    const key = await makeApiKey(changing, 'read');
    const look = () =>
      ask(busy, { query, variables: { id: companyId }, headers: bearer(key.secret) });
    expect((await look()).status).toBe(200);
    const { data } = await ask(changing, {
      query: `mutation Revoke($input: RevokeApiKeyInput!) {
        revokeApiKey(input: $input) { ... on RevokeApiKeyPayload { apiKey { usable } } }
      }`,
      variables: { input: { apiKeyId: key.id } },
      headers: admin,
    });
    expect(data.revokeApiKey.apiKey.usable).toBe(false);

    expect((await look()).status).toBe(401);
  }
});

test('what an import brings, and renames, shows at once', async () => {
  const { changing, busy } = await startTwo();
  const { companyId } = await changing.withCompany({ connections: [{}] });
  keepBusy(busy, companyId);

  for (const time of fewerTimes) {
    const connection = connectionRecord({
      integrationKey: null,
      sourceType: 'Other',
      platformName: `Homegrown ${time}`,
    });
    const record = companyRecord({ dataConnections: [connection] });
    await changing.import([record]);

    const { data } = await ask(busy, { query, variables: { id: record.id } });
    expect(data.company.connections).toEqual([
      { status: 'LINKED', integration: { name: `Homegrown ${time}` } },
    ]);
  }
});
