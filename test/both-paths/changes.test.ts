import { expect, test } from 'vitest';
import { expectSame, ids, startBothPaths, type BothPaths } from '../support/both-paths.ts';
import { storedEvents } from '../support/change.ts';
import { amount } from '../support/soak.ts';

// Mutations have the same responses and effects on the fast path as through Yoga.

type Variables = Record<string, unknown>;

/** A mutation and its inputs, sent one after another, each several times. */
interface Asked {
  readonly document: string;
  readonly inputs: readonly Variables[];
  readonly isLeft?: true;
}

const company =
  'company { id name description created tags { key value } connections { id status } }';
const connection = `connection {
  id status allowedActions integrationId created linkUrl
  history { totalCount nodes { type fromStatus toStatus actor at } }
  company { connectionStatuses connections { id status } }
}`;
const refusals = {
  InvalidInput: 'field rule',
  NotFound: 'field',
  InvalidStatus: 'status allowedActions',
  ActiveConnectionExists: 'connection { id }',
  LimitReached: 'limit',
};
type Kind = keyof typeof refusals;

/** Makes a mutation that selects every field of its result, including the errors it can return besides bad input. */
function everything(name: string, payload: string, kinds: readonly Kind[] = ['NotFound']): string {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const parts = (['InvalidInput', ...kinds] as const).map(
    (kind) => `... on ${kind}Error { ${refusals[kind]} }`,
  );
  return `mutation ${name}($input: ${type}Input!) {
    result: ${name}(input: $input) {
      __typename
      ... on ${type}Payload { ${payload} }
      ... on Error { message }
      ${parts.join(' ')}
    }
  }`;
}

const acme = { companyId: ids.acme };
const tag = (key: string) => ({ key, value: 'x' });

const mutations: Record<string, Asked> = {
  createCompany: {
    document: everything('createCompany', company, []),
    inputs: [
      { name: '  Ünï 商社 🏢 ', description: 'a\nb', tags: [tag('b'), tag('a')] },
      { name: 'One tag', tags: tag('a') },
      { name: 'Nothing', description: null, tags: null },
      { name: '' },
      { name: 'x'.repeat(201) },
      { name: 'Twice', tags: [tag('a'), tag('a')] },
      { name: 'Many', tags: Array.from({ length: 11 }, (_, i) => tag(`${i}`)) },
      { name: null },
      { name: 5 },
      {},
      { name: 'A', unknown: 1 },
      { name: '\u0000' },
    ],
  },
  updateCompany: {
    document: everything('updateCompany', company),
    inputs: [
      { ...acme, name: 'Changed' },
      { ...acme, description: null },
      { ...acme, tags: [tag('new')] },
      acme,
      { ...acme, name: null },
      { ...acme, tags: null },
      { ...acme, name: '' },
      { companyId: ids.nobody, name: 'A' },
      { companyId: 'x', name: 'A' },
      { companyId: 5 },
    ],
  },
  createConnection: {
    document: everything('createConnection', connection),
    inputs: [
      { ...acme, integrationKey: 'gbol' },
      { ...acme, integrationKey: 'none' },
      { companyId: ids.nobody, integrationKey: 'gbol' },
      { companyId: 'x', integrationKey: 'gbol' },
    ],
  },
  unlinkConnection: {
    document: everything('unlinkConnection', connection, ['NotFound', 'InvalidStatus']),
    inputs: [
      { companyId: ids.zenith, connectionId: ids.banking },
      { ...acme, connectionId: ids.banking },
      { ...acme, connectionId: 'x' },
      { ...acme, connectionId: ids.linked },
      { ...acme, connectionId: ids.pending },
    ],
  },
  deleteConnection: {
    document: everything('deleteConnection', `deletedConnectionId ${company}`),
    inputs: [
      { ...acme, connectionId: ids.nobody },
      { ...acme, connectionId: ids.pending },
      { ...acme, connectionId: ids.linked },
    ],
  },
  deleteCompany: {
    document: everything('deleteCompany', 'deletedCompanyId'),
    inputs: [{ companyId: ids.nobody }, { companyId: 'x' }, acme, { companyId: ids.zenith }],
  },
  createLink: {
    document: everything('createLink', 'url expires company { id } connection { id }'),
    inputs: [acme, { ...acme, connectionId: ids.pending }, { companyId: ids.nobody }],
  },
  authorizeConnection: {
    document: everything('authorizeConnection', connection, ['NotFound', 'ActiveConnectionExists']),
    inputs: [
      { ...acme, connectionId: ids.nobody, credentials: { accessToken: 's3cret' } },
      { ...acme, connectionId: ids.pending, credentials: { accessToken: 's3cret' } },
      { ...acme, connectionId: ids.pending, credentials: { accessToken: 5 } },
      { ...acme, connectionId: ids.pending, credentials: { accessToken: '' } },
      {
        ...acme,
        connectionId: ids.pending,
        credentials: { accessToken: 'a', expires: 'never', fields: [{ name: 'a', value: 'b' }] },
      },
    ],
  },
  createApiKey: {
    document: everything(
      'createApiKey',
      'secret apiKey { id name scope prefix created expires lastUsed revoked usable }',
      ['LimitReached'],
    ),
    inputs: [
      { name: '', scope: 'READ' },
      { name: 'A', scope: 'OWNER' },
      { name: 'A', scope: 'ADMIN' },
    ],
  },
  'parts of an input, some of them absent': {
    document: `mutation Update($id: ID!, $name: String, $description: String, $tags: [TagInput!]) {
      updateCompany(input: { companyId: $id, name: $name, description: $description, tags: $tags }) {
        __typename ... on UpdateCompanyPayload { ${company} } ... on InvalidInputError { message }
      }
    }`,
    inputs: [
      { id: ids.acme, description: 'Only this' },
      { id: ids.acme, name: 'Only the name' },
      { id: ids.acme, tags: tag('only') },
      { id: ids.acme, name: null },
      { id: ids.acme, tags: null },
      { id: ids.acme },
    ],
  },
  'several changes, which come one after the other': {
    document: `mutation Several($id: ID!, $name: String!) {
      a: updateCompany(input: { companyId: $id, name: $name }) { ...Name }
      b: updateCompany(input: { companyId: $id, name: "B" }) { ...Name }
      c: deleteCompany(input: { companyId: $id }) { __typename }
      d: updateCompany(input: { companyId: $id, name: "D" }) { ...Name }
    }
    fragment Name on UpdateCompanyPayload { company { name } }`,
    inputs: [
      { id: ids.acme, name: 'A' },
      { id: ids.zenith, name: '' },
    ],
    isLeft: true,
  },
  'a change in a fragment': {
    document: `mutation Two($id: ID!) { ...Changes }
    fragment Changes on Mutation {
      a: updateCompany(input: { companyId: $id, name: "A" }) { __typename }
      b: updateCompany(input: { companyId: $id, name: "B" }) { __typename }
    }`,
    inputs: [{ id: ids.acme }],
    isLeft: true,
  },
};

/** Returns the events of a gateway's changes, without ids and times. */
function eventsOf(gateway: BothPaths['fast']) {
  return storedEvents(gateway).map(({ type, fromStatus, toStatus }) => [
    type,
    fromStatus,
    toStatus,
  ]);
}

/** The number of times that a compiled mutation is sent with each further input. */
const laterRounds = amount({ usual: 1, soak: 3 });

test.for(Object.entries(mutations))('%s', async ([, { document, inputs, isLeft }]) => {
  const both = await startBothPaths();
  const isOfParts = !document.includes('$input:');
  const paths: string[] = [];

  for (const [index, input] of inputs.entries()) {
    const body = { query: document, variables: isOfParts ? input : { input } };
    paths.push(...(await expectSame(both, { body }, index === 0 ? 3 : laterRounds)).paths);
  }

  expect(paths.includes('fast')).toBe(isLeft !== true);
  expect(eventsOf(both.fast)).toEqual(eventsOf(both.full));
});
