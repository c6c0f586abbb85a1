import { expect, test } from 'vitest';
import { expectSame, ids, startBothPaths } from '../support/both-paths.ts';
import { usualQuery } from '../support/documents.ts';
import { shared } from '../support/lifetime.ts';
import { amount } from '../support/soak.ts';

// Any query with any variables has the same response on the fast path as through Yoga, byte for byte.

type Variables = Record<string, unknown>;

/** A query, with variables for which it succeeds. */
interface Asked {
  readonly query: string;
  readonly good?: readonly Variables[];
  /** Variables for which the query fails, sent once it is compiled. */
  readonly bad?: readonly Variables[];
  /** Whether the fast path passes this query to Yoga with any variables. */
  readonly isLeft?: true;
}

const everyField = /* GraphQL */ `
  query Everything($acme: ID!, $zenith: ID!, $linked: ID!) {
    company(id: $acme) {
      ...EveryField
    }
    other: company(id: $zenith) {
      ...EveryField
    }
    connection(id: $linked) {
      company {
        ...EveryField
      }
    }
    companies(first: 2, orderBy: { field: NAME, direction: DESC }) {
      totalCount
      edges {
        cursor
        node {
          id
        }
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
    }
    connections(last: 2, orderBy: { field: LAST_SYNC }) {
      totalCount
      edges {
        cursor
        node {
          id
        }
      }
      nodes {
        sourceType
      }
    }
    integrations(filter: { sourceType: OTHER, enabled: false }) {
      __typename
      id
      key
      name
      sourceId
      sourceType
      enabled
    }
  }
  fragment EveryField on Company {
    __typename
    id
    name
    description
    created
    lastSync
    linkUrl
    connectionStatuses
    tags {
      __typename
      key
      value
    }
    connections {
      __typename
      id
      integrationId
      sourceId
      platformName
      sourceType
      status
      lastSync
      created
      linkUrl
      allowedActions
      integration {
        name
        key
      }
      company {
        id
      }
      grantedScopes
      health {
        state
        failures
        reason
        expires
        failingSince
        nextRenewal
      }
      history(first: 1) {
        totalCount
        edges {
          cursor
        }
        pageInfo {
          endCursor
          hasNextPage
        }
        nodes {
          __typename
          id
          type
          actor
          at
          fromStatus
          toStatus
          reason
        }
      }
    }
  }
`;

const someIds = { acme: ids.acme, zenith: ids.zenith, linked: ids.linked };
const page = (first: unknown) => ({ first });

const queries: Record<string, Asked> = {
  'every field of every type': {
    query: everyField,
    good: [someIds, { acme: ids.nobody, zenith: ids.empty, linked: ids.pending }],
    bad: [
      { ...someIds, acme: 'no id' },
      { ...someIds, linked: null },
      { acme: ids.acme, zenith: ids.zenith },
      { ...someIds, zenith: 7 },
      { ...someIds, zenith: 7.5 },
      { ...someIds, zenith: [ids.zenith] },
      { ...someIds, zenith: { id: ids.zenith } },
      { ...someIds, unknown: 'is left out' },
    ],
  },
  'a page of companies as people usually ask for it': {
    query: usualQuery,
    good: [{}, { first: 1 }, { withTags: false }],
    isLeft: true,
  },
  'the API keys': { query: '{ apiKeys { id name scope usable } }' },
  'the name of a type': { query: '{ __typename }' },
  'aliases, also of names that mean something in JavaScript': {
    query: `query constructor($id: ID!) {
      constructor: company(id: $id) { toString: name then: id valueOf: created length: tags { hasOwnProperty: key } }
      __context: companies { err: totalCount idx0: nodes { __validNode0: id class: name } }
      prototype: __typename
    }`,
    good: [{ id: ids.acme }],
    bad: [{}, { id: null }, { id: 'x' }],
  },
  'variables of names that every object has': {
    query: `query A($toString: ID!, $constructor: Int, $valueOf: OrderDirection!) {
      company(id: $toString) { id }
      companies(first: $constructor, orderBy: { field: NAME, direction: $valueOf }) { nodes { id } }
    }`,
    good: [{ toString: ids.acme, valueOf: 'ASC' }],
    bad: [{}, { toString: ids.acme }],
    isLeft: true,
  },
  'aliases that join to the same name': {
    query: `query A($id: ID!) {
      a_b: companies { totalCount }
      a: company(id: $id) { b: name b_c: id d: connections { e: id } d_e: created }
      a_d: company(id: $id) { e: linkUrl }
    }`,
    good: [{ id: ids.acme }],
    bad: [{ id: 'x' }],
  },
  'a field several times, with other parts': {
    query: `query Merged($id: ID!) {
      company(id: $id) { tags { key } connections { status } name name }
      company(id: $id) { ...A connections { id } }
      ...B
    }
    fragment A on Company { tags { value } connections { company { id } } }
    fragment B on Query { company(id: $id) { ...A connections { company { name } } } }`,
    good: [{ id: ids.acme }],
  },
  'inline fragments on an interface': {
    query: `query Node($id: ID!) {
      node(id: $id) {
        __typename
        id
        ... on Company { name linked: connections { id status } }
        ... on Connection { status of: company { id name } }
        ... on Integration { name key enabled }
        ... on Node { again: id }
        ... { more: __typename }
      }
    }`,
    good: [ids.acme, ids.linked, ids.nobody].map((id) => ({ id })),
    bad: [{ id: 'x' }, {}],
  },
  'the size of a page': {
    query: 'query Page($first: Int) { companies(first: $first) { totalCount nodes { id } } }',
    good: [{}, page(1), page(100), page(null), page(1.0)],
    bad: [0, 101, -1, 1.5, '1', true, 2147483648, -2147483649, 1e21, [1], {}].map(page),
  },
  'a size of a page that has a default': {
    query: 'query Page($first: Int = 2) { companies(first: $first) { nodes { id } } }',
    good: [{}, page(1), page(null)],
    bad: [page(0), page('x')],
  },
  'a size of a page that has a default and is required': {
    query: 'query Page($first: Int! = 2) { companies(first: $first) { nodes { id } } }',
    good: [{}, page(1)],
    bad: [page(0), page(null)],
  },
  'a default in a place where null is not permitted': {
    query: 'query Of($id: ID = 5) { company(id: $id) { id } }',
    good: [{ id: ids.acme }],
    bad: [{}, { id: null }, { id: 6 }],
  },
  'an order': {
    query: 'query Order($orderBy: CompanyOrder) { companies(orderBy: $orderBy) { nodes { id } } }',
    good: [
      {},
      { orderBy: null },
      { orderBy: { field: 'NAME' } },
      { orderBy: { field: 'NAME', direction: 'DESC' } },
    ],
    bad: [
      { orderBy: {} },
      { orderBy: { field: 'name' } },
      { orderBy: { field: 'constructor' } },
      { orderBy: { field: 'NAME', direction: null } },
      { orderBy: { field: null } },
      { orderBy: { field: 'NAME', nulls: 'FIRST' } },
      { orderBy: 'NAME' },
      { orderBy: ['NAME'] },
    ],
  },
  'parts of an order': {
    query: `query Order($field: CompanyOrderField = NAME, $direction: OrderDirection! = DESC) {
      companies(orderBy: { field: $field, direction: $direction }) { nodes { id } }
    }`,
    good: [{}, { field: 'CREATED' }, { direction: 'ASC' }],
    bad: [{ field: null }, { direction: null }, { field: 'X' }],
  },
  'a filter': {
    query: 'query Filter($filter: CompanyFilter) { companies(filter: $filter) { nodes { id } } }',
    good: [
      {},
      { filter: null },
      { filter: {} },
      { filter: { search: 'ünï' } },
      { filter: { search: '商社' } },
      { filter: { search: null, connectionStatus: null, tags: null, created: null } },
      { filter: { connectionStatus: [] } },
      { filter: { connectionStatus: 'NO_CONNECTIONS' } },
      { filter: { connectionStatus: ['LINKED', 'LINKED'] } },
      { filter: { tags: { key: 'tier', value: 'gold' } } },
      { filter: { tags: [{ key: 'tier', value: 'gold' }] } },
      { filter: { created: { from: '2023-12-31T23:00:00-01:00' } } },
      { filter: { created: { to: '2024-01-01' } } },
      { filter: { created: { from: null, to: '2024-01-01T00:00:00.0009999Z' } } },
    ],
    bad: [
      { filter: { connectionStatus: ['LINKED', null] } },
      { filter: { connectionStatus: [['LINKED']] } },
      { filter: { connectionStatus: 'Linked' } },
      { filter: { tags: [{ key: 'tier' }] } },
      { filter: { tags: [null] } },
      { filter: { created: { from: 'yesterday' } } },
      { filter: { created: { from: 0 } } },
      { filter: { created: { from: '2024-01-01', to: '2023-01-01' } } },
      { filter: { created: '2024' } },
      { filter: { unknown: 1 } },
      { filter: [] },
      { filter: [{}] },
      { filter: 'acme' },
      { filter: { search: 5 } },
      { filter: { search: 'x'.repeat(201) } },
      { filter: { search: '\u0000' } },
      { filter: { search: '\uD800' } },
    ],
  },
  'parts of a filter': {
    query: `query Filter($search: String, $key: String!, $value: String = "gold", $from: DateTime, $direction: OrderDirection! = DESC) {
      companies(
        filter: { search: $search, tags: [{ key: $key, value: $value }, { key: "region", value: "north" }], created: { from: $from } }
        orderBy: { field: NAME, direction: $direction }
      ) { nodes { id } }
      one: companies(filter: { tags: { key: $key, value: $value }, connectionStatus: LINKED }) { totalCount }
    }`,
    good: [
      { key: 'tier' },
      { key: 'tier', search: 'ac', from: '2020-01-01' },
      { key: 'tier', search: null, from: null },
      { key: '"]});process.exit(1)//', value: '${process.exit(1)}' },
    ],
    bad: [{}, { key: null }, { key: 'tier', value: null }, { key: 'tier', direction: null }],
  },
  'lists of enums, and one for a list': {
    query: `query Filter($statuses: [ConnectionStatus!], $types: [SourceType!] = [OTHER], $from: DateTime) {
      connections(filter: { status: $statuses, sourceType: $types, created: { from: $from } }) { totalCount nodes { id } }
      companies { nodes { connections(filter: { status: $statuses, sourceType: $types }) { id } } }
    }`,
    good: [
      {},
      { statuses: null, types: null, from: null },
      { statuses: 'LINKED', types: 'OTHER' },
      { statuses: ['LINKED', 'PENDING_AUTH'], types: [], from: '2020-01-01' },
    ],
    bad: [{ statuses: [null] }, { statuses: {} }, { types: 'OTHERS' }, { from: [] }],
  },
  cursors: {
    query: `query Page($after: String, $before: String) {
      companies(first: 1, after: $after, before: $before) { edges { cursor node { name } } pageInfo { hasNextPage } }
    }`,
    good: [{}, { after: null }],
    bad: [{ after: '' }, { after: 'WzFd' }, { before: '💥' }, { after: 1 }],
  },
  'a field that is null, for a fault of one argument': {
    query: `query Faults($id: ID!, $first: Int) {
      a: company(id: $id) { id }
      b: company(id: $id) { id connections { history(first: $first) { totalCount } } }
      c: __typename
    }`,
    good: [{ id: ids.acme }],
    bad: [{ id: 'x' }, { id: ids.acme, first: 0 }, { id: 'x', first: 0 }],
  },
  'several fields that cannot be null, all at fault': {
    query: `query Faults($id: ID!, $first: Int) {
      n: node(id: $id) { id }
      a: companies(first: $first) { totalCount }
      m: node(id: $id) { id }
      b: connections(first: $first) { totalCount }
      company(id: $id) { x: connections { h: history(first: $first) { totalCount } g: history(last: $first) { totalCount } } }
    }`,
    good: [{ id: ids.acme }],
    bad: [{ id: ids.acme, first: 0 }, { id: 'x' }, { id: 'x', first: 101 }],
  },
  directives: {
    query: `query Directives($with: Boolean = true, $id: ID!) {
      company(id: $id) { id name @include(if: $with) created @skip(if: $with) ...Tags @include(if: $with) }
    }
    fragment Tags on Company { tags { key } }`,
    good: [{ id: ids.acme }, { id: ids.acme, with: false }],
    bad: [
      { id: ids.acme, with: null },
      { id: ids.acme, with: 'true' },
    ],
    isLeft: true,
  },
  'texts in the document': {
    query: '{ companies(filter: { search: "ze\\u006e", tags: [] }) { nodes { name } } }',
  },
  'the schema': { query: '{ __schema { queryType { name } } }', isLeft: true },
  'a type': { query: '{ __type(name: "Company") { name } }', isLeft: true },
  'a list through lists': {
    query:
      '{ companies { nodes { connections { company { connections { integration { id } } } } } } }',
  },
};
const bothPaths = shared(startBothPaths);

/** How often a query is sent: with its first variables, the last time compiled, and then with each other set. */
const rounds = {
  first: amount({ usual: 3, soak: 4 }),
  later: amount({ usual: 1, soak: 4 }),
  bad: amount({ usual: 1, soak: 2 }),
};

test.for(Object.entries(queries))('%s', async ([, { query, good = [{}], bad = [], isLeft }]) => {
  const both = bothPaths();

  for (const [index, variables] of good.entries()) {
    const times = index === 0 ? rounds.first : rounds.later;
    const { text, paths } = await expectSame(both, { body: { query, variables } }, times);
    expect.soft(text, JSON.stringify(variables)).not.toContain('"errors"');
    expect.soft(paths.at(-1), JSON.stringify(variables)).toBe(isLeft ? 'full' : 'fast');
  }
  for (const variables of bad) await expectSame(both, { body: { query, variables } }, rounds.bad);
});
