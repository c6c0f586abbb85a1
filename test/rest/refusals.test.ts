import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { bearer, makeApiKey } from '../support/callers.ts';
import { captureLog } from '../support/captured-log.ts';
import { until } from '../support/until.ts';
import { newConnection, refusalOf, startRestGateway } from '../support/rest.ts';
import { shared } from '../support/lifetime.ts';
import { inDatabase } from '../support/rows.ts';

/** A gateway in which no test creates anything. */
const sharedGateway = shared(() => startRestGateway());

const loggedGateway = shared(async () => {
  const log = captureLog();
  return { ...(await startRestGateway({ logger: log.logger })), log };
});

const basic = (text: string) => ({
  authorization: `Basic ${Buffer.from(text).toString('base64')}`,
});

const lockedGateway = shared(async () => {
  const gateway = await startRestGateway();
  await makeApiKey(gateway);
  return gateway;
});

test.for([
  ['no key', {}],
  ['a wrong key', bearer('cnx_00000000_0000000000000000000000000000000000000000000')],
  ['no key at all', basic('')],
  ['another scheme', { authorization: 'Digest abc' }],
] as const)('%s is answered with 401, in the form of this API', async ([, headers]) => {
  const gateway = lockedGateway();

  for (const path of ['/companies', '/nothing', '/openapi.json']) {
    const answer = await gateway.raw({ path, headers: { ...headers, 'x-request-id': 'mine-1' } });
    expect(answer.status).toBe(401);
    expect(answer.headers['x-request-id']).toBe('mine-1');
    expect(answer.json()).toEqual({
      statusCode: 401,
      service: 'connexions',
      error: 'A valid API key is required: send the header Authorization: Bearer KEY',
      correlationId: 'mine-1',
      canBeRetried: 'False',
    });
  }
});

test('a key may come as Bearer, as Basic without a colon and as Basic with one', async () => {
  const gateway = await startRestGateway();
  const { secret } = await makeApiKey(gateway, 'read');

  for (const headers of [bearer(secret), basic(secret), basic(`${secret}:`)]) {
    expect((await gateway.raw({ path: '/companies', headers })).status).toBe(200);
  }
  expect((await gateway.sdkWith(secret).companies.list()).results).toEqual([]);
});

test('an empty cookie does no harm', async () => {
  const gateway = sharedGateway();

  expect((await gateway.raw({ path: '/companies', headers: { cookie: '' } })).status).toBe(200);
});

test('a key that reads changes nothing, and one that writes manages no keys', async () => {
  const gateway = await startRestGateway();
  const { companyId, connectionId } = await newConnection(gateway);
  const ref = { companyId, connectionId };
  const reader = gateway.sdkWith((await makeApiKey(gateway, 'read')).secret);
  const writer = gateway.sdkWith((await makeApiKey(gateway, 'write')).secret);
  const apiKeyId = (await gateway.store.apiKeys.all())[0]?.id ?? '';
  await reader.companies.get({ companyId });
  await writer.companies.create({ name: 'Acme' });

  const refused = [
    reader.companies.create({ name: 'Acme' }),
    reader.companies.update({ companyId }),
    reader.companies.replace({ companyId, companyRequestBody: { name: 'New' } }),
    reader.companies.delete({ companyId }),
    reader.connections.create({ companyId, requestBody: { platformKey: 'gbol' } }),
    reader.connections.unlink(ref),
    reader.connections.updateAuthorization({ ...ref, requestBody: {} }),
    reader.connections.delete(ref),
    writer.settings.listApiKeys(),
    writer.settings.createApiKey(),
    writer.settings.deleteApiKey({ apiKeyId }),
  ];

  for (const refusal of await Promise.all(refused.map(refusalOf))) {
    expect(refusal).toMatchObject({
      status: 403,
      error: 'The API key does not permit this',
    });
  }
});

test('what is not covered is answered with 404 in the same form, through the SDK, too', async () => {
  const gateway = await startRestGateway();
  const { sdk } = gateway;
  const { companyId } = await newConnection(gateway);

  const throughSdk = await Promise.all(
    [
      sdk.companies.getAccessToken({ companyId }),
      sdk.companies.addProduct({ companyId, productIdentifier: 'lending' }),
      sdk.settings.getProfile(),
      sdk.webhooks.listConsumers(),
      sdk.refreshData.all({ companyId }),
      sdk.refreshData.get({ companyId }),
      sdk.pushData.listOperations({ companyId }),
      sdk.connectionManagement.get({ companyId }),
    ].map(refusalOf),
  );
  const raw = [
    await gateway.raw({ path: '/' }),
    await gateway.raw({ path: '/companies//' }),
    await gateway.raw({ path: '/Companies' }),
    await gateway.raw({ path: '/../graphql' }),
  ];

  for (const refusal of throughSdk) {
    expect(refusal).toMatchObject({ status: 404, error: 'No resource exists at this path' });
  }
  for (const answer of raw) {
    expect(answer.status).toBe(404);
    expect(answer.json().error).toBe('No resource exists at this path');
  }
});

const methods = (list: string | undefined) => list?.split(', ').toSorted();

test.for([
  ['PUT', '/companies', 'GET, HEAD, POST'],
  ['DELETE', '/companies', 'GET, HEAD, POST'],
  ['POST', '/companies/{id}', 'GET, HEAD, PUT, PATCH, DELETE'],
  ['POST', '/companies/{id}/connections/{id}', 'GET, HEAD, PATCH, DELETE'],
  ['GET', '/companies/{id}/connections/{id}/authorization', 'PUT'],
  ['GET', '/apiKeys/{id}', 'DELETE'],
  ['POST', '/openapi.json', 'GET, HEAD'],
  ['OPTIONS', '/integrations', 'GET, HEAD'],
  ['PROPFIND', '/integrations/{id}/branding', 'GET, HEAD'],
] as const)('%s %s is answered with 405', async ([method, template, allow]) => {
  const { log, ...gateway } = loggedGateway();
  const path = template.replaceAll('{id}', randomUUID());
  const requestId = randomUUID();

  const answer = await gateway.raw({ method, path, headers: { 'x-request-id': requestId } });

  expect(answer.status).toBe(405);
  expect(methods(answer.headers['allow'])).toEqual(methods(allow));
  expect(answer.json()).toMatchObject({ statusCode: 405, service: 'connexions' });
  await until('it is logged', () => log.linesWith(requestId).length > 0);
  expect(log.linesWith(requestId)).toMatchObject([{ errorCodes: ['METHOD_NOT_ALLOWED'] }]);
});

test.for(['{', '', 'null', '"text"', '[1]', '{"name":', '\u0000', '{"name":"A"} x'])(
  'the body %j is answered with 400',
  async (body) => {
    const gateway = sharedGateway();

    const answer = await gateway.raw({
      method: 'POST',
      path: '/companies',
      headers: { 'content-type': 'application/json' },
      body,
    });

    expect(answer.status).toBe(400);
    expect(answer.json().statusCode).toBe(400);
    expect(await gateway.store.companies.count({})).toBe(0);
  },
);

test.for(['text/plain', 'application/x-www-form-urlencoded', 'application/json5', ''])(
  'the content type %j is answered with 415, also without a body',
  async (type) => {
    const gateway = sharedGateway();
    const headers: Record<string, string> = type === '' ? {} : { 'content-type': type };

    const withBody = await gateway.raw({
      method: 'POST',
      path: '/companies',
      headers: { 'content-type': type },
      body: '{"name":"Acme"}',
    });
    const without = await gateway.raw({ method: 'POST', path: '/apiKeys', headers });

    expect([withBody.status, without.status]).toEqual([415, 415]);
    expect(await gateway.store.apiKeys.any()).toBe(false);
    expect(await gateway.store.companies.count({})).toBe(0);
  },
);

test.for(['application/json', 'Application/JSON; charset=utf-8'])(
  'the content type %j will do',
  async (type) => {
    const gateway = await startRestGateway();

    const answer = await gateway.raw({
      method: 'POST',
      path: '/companies',
      headers: { 'content-type': type },
      body: '{"name":"Acme"}',
    });

    expect(answer.status).toBe(200);
  },
);

test.for([
  ['with its length', {}],
  ['in chunks', { 'transfer-encoding': 'chunked' }],
] as const)('a body %s is read up to MAX_BODY_BYTES', async ([, headers]) => {
  const gateway = await startRestGateway({ env: { MAX_BODY_BYTES: '1024' } });
  const post = (body: string) => gateway.raw({ method: 'POST', path: '/companies', headers, body });
  const body = JSON.stringify({ name: 'Acme' });

  const [fits, tooLarge] = [await post(body.padEnd(1024)), await post(body.padEnd(1025))];

  expect(fits.status).toBe(200);
  expect(tooLarge.status).toBe(413);
  expect(tooLarge.json().error).toBe('The body must be at most 1024 bytes');
});

test('one request too many is answered with 429', async () => {
  const gateway = await startRestGateway({ env: { RATE_LIMIT: '2' } });
  await gateway.raw({ path: '/companies' });

  const answer = await gateway.raw({ path: '/companies' });

  expect(answer.status).toBe(429);
  expect(answer.headers['retry-after']).toMatch(/^\d+$/);
  expect(answer.json()).toMatchObject({ statusCode: 429, canBeRetried: 'True' });
});

test('a gateway that is overloaded answers with 503, and did nothing', async () => {
  const gateway = await startRestGateway({ env: { MAX_CONCURRENT: '1', MAX_QUEUED: '0' } });
  const held = new AbortController();
  onTestFinished(() => held.abort());
  void gateway.store.transact(() => once(held.signal, 'abort'));
  const first = gateway.sdk.companies.create({ name: 'First' });
  // Takes its place for one turn of the event loop, so it cannot be why the first has none.
  await expect.poll(async () => (await gateway.query('{ __typename }')).status).toBe(503);

  const second = await refusalOf(gateway.sdk.companies.create({ name: 'Second' }));
  const ofGraphql = await gateway.query('{ companies { totalCount } }');
  held.abort();

  expect(second).toMatchObject({ status: 503, canBeRetried: 'True' });
  // REST and GraphQL share the limit on concurrent requests.
  expect(ofGraphql.status).toBe(503);
  expect((await first).name).toBe('First');
  expect(await gateway.store.companies.count({})).toBe(1);
});

test('answers without a body have no content type', async () => {
  const gateway = await startRestGateway();
  const { companyId, connectionId } = await newConnection(gateway);
  const company = `/companies/${companyId}`;

  const answers = [
    await gateway.raw({ method: 'DELETE', path: `${company}/connections/${connectionId}` }),
    await gateway.raw({ method: 'DELETE', path: company }),
  ];

  expect(
    answers.map(({ status, text, headers }) => [status, text, headers['content-type']]),
  ).toEqual([
    [200, '', undefined],
    [204, '', undefined],
  ]);
});

test('a fault of the gateway is answered with 500, without its cause', async () => {
  const gateway = await startRestGateway();
  const { companyId } = await gateway.withCompany();
  inDatabase(gateway.file, (db) => db.exec('DROP TABLE company_tags'));

  const refusal = await refusalOf(gateway.sdk.companies.get({ companyId }));

  expect(refusal).toMatchObject({ status: 500, canBeRetried: 'Unknown' });
  expect(refusal.error).toBe(`Internal error (request id ${refusal.correlationId})`);
});

test('every answer says which request it is to', async () => {
  const gateway = sharedGateway();

  const answer = await gateway.raw({ path: '/companies/none' });

  expect(answer.json().correlationId).toBe(answer.headers['x-request-id']);
});
