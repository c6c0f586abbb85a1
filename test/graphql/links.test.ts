import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { ask, bearer, codesOf, makeApiKey } from '../support/callers.ts';
import { change } from '../support/change.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { linkUrlLike } from '../support/link-url.ts';
import { inDatabase } from '../support/rows.ts';

const createLink = /* GraphQL */ `
  mutation Create($input: CreateLinkInput!) {
    createLink(input: $input) {
      __typename
    }
  }
`;

const linkUrl = /* GraphQL */ `
  query Link($id: ID!) {
    company(id: $id) {
      linkUrl
    }
  }
`;

function countLinks({ file }: TestGateway) {
  return inDatabase(file, (db) => db.prepare('SELECT count(*) FROM links').pluck().get());
}

test('createLink makes a link of a company, which expires after 24 hours', async () => {
  const gateway = await startTestGateway();
  const { companyId } = await gateway.withCompany();
  const before = Date.now();

  const link = await change(
    gateway,
    'createLink',
    { companyId },
    'url expires company { id } connection { id }',
  );

  expect(link).toMatchObject({
    url: linkUrlLike(`${gateway.url}/link/companies/${companyId}`),
    company: { id: companyId },
    connection: null,
  });
  const inMs = Date.parse(link.expires) - before;
  expect(inMs).toBeGreaterThanOrEqual(24 * 3_600_000);
  expect(inMs).toBeLessThan(24 * 3_600_000 + 10_000);
});

test('createLink makes a link of one connection', async () => {
  const gateway = await startTestGateway();
  const { companyId, connectionId } = await gateway.withCompany({ connections: [{}] });

  const link = await change(
    gateway,
    'createLink',
    { companyId, connectionId },
    'url connection { id }',
  );

  const page = `${gateway.url}/link/companies/${companyId}/connections/${connectionId}/start`;
  expect(link).toMatchObject({ url: linkUrlLike(page), connection: { id: connectionId } });
});

test.for(['company', 'connection', "other company's connection", 'deleted connection'])(
  'createLink finds no %s that is not there, and makes nothing',
  async (what) => {
    const gateway = await startTestGateway();
    const { companyId, connectionId } = await gateway.withCompany({ connections: [{}] });
    const other = await gateway.withCompany({ connections: [{}] });
    if (what === 'deleted connection') {
      await change(gateway, 'deleteConnection', { companyId, connectionId });
    }
    const input = {
      company: { companyId: randomUUID() },
      connection: { companyId, connectionId: randomUUID() },
      "other company's connection": { companyId, connectionId: other.connectionId },
      'deleted connection': { companyId, connectionId },
    }[what];

    expect(await change(gateway, 'createLink', input ?? {})).toMatchObject({
      __typename: 'NotFoundError',
      field: what === 'company' ? 'companyId' : 'connectionId',
    });
    expect(countLinks(gateway)).toBe(0);
  },
);

test.for([
  ['companyId', { companyId: 'x' }],
  ['connectionId', { companyId: randomUUID(), connectionId: 'x' }],
] as const)('createLink refuses a %s that is no UUID', async ([field, input]) => {
  const gateway = await startTestGateway();

  expect(await change(gateway, 'createLink', input)).toMatchObject({
    __typename: 'InvalidInputError',
    field,
  });
});

test.for(['createLink', 'linkUrl'])(
  '%s cannot be asked for with an Idempotency-Key, which would keep the code',
  async (what) => {
    const gateway = await startTestGateway();
    const { companyId } = await gateway.withCompany();
    const document =
      what === 'createLink'
        ? createLink
        : `mutation ($input: UpdateCompanyInput!) {
            updateCompany(input: $input) {
              ... on UpdateCompanyPayload { company { linkUrl } }
            }
          }`;

    const answer = await ask(gateway, {
      query: document,
      variables: { input: { companyId } },
      headers: { 'idempotency-key': 'once' },
    });

    expect(codesOf(answer)).toEqual(['BAD_REQUEST']);
    expect(answer.text).not.toMatch(/code=/);
    expect(countLinks(gateway)).toBe(0);
  },
);

test('createLink is for keys that may change: a link changes', async () => {
  const gateway = await startTestGateway();
  const { companyId } = await gateway.withCompany();
  const { secret } = await makeApiKey(gateway, 'read');

  const refused = await ask(gateway, {
    query: createLink,
    variables: { input: { companyId } },
    headers: bearer(secret),
  });

  expect(codesOf(refused)).toEqual(['FORBIDDEN']);
  expect(countLinks(gateway)).toBe(0);
});

test('linkUrl gives a link to keys that may change, and only its address to those that may read', async () => {
  const gateway = await startTestGateway();
  const { companyId } = await gateway.withCompany();
  const [read, write] = [await makeApiKey(gateway, 'read'), await makeApiKey(gateway, 'write')];
  const urlFor = async ({ secret }: { readonly secret: string }) => {
    const variables = { id: companyId };
    const { data } = await ask(gateway, { query: linkUrl, variables, headers: bearer(secret) });
    return data.company.linkUrl;
  };

  expect(await urlFor(read)).toBe(`${gateway.url}/link/companies/${companyId}`);
  expect(countLinks(gateway)).toBe(0);
  expect(await urlFor(write)).toEqual(linkUrlLike(`${gateway.url}/link/companies/${companyId}`));
});

test('linkUrl gives anonymous readers only its address', async () => {
  const gateway = await startTestGateway({ env: { ALLOW_ANONYMOUS: 'read' } });
  const { companyId } = await gateway.withCompany();

  const { data } = await ask(gateway, { query: linkUrl, variables: { id: companyId } });

  expect(data.company.linkUrl).toBe(`${gateway.url}/link/companies/${companyId}`);
});
