import { createHash } from 'node:crypto';
import {
  ApolloClient,
  ApolloLink,
  CombinedGraphQLErrors,
  gql,
  HttpLink,
  InMemoryCache,
} from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { Client, fetchExchange } from '@urql/core';
import { persistedExchange, type PersistedExchangeOptions } from '@urql/exchange-persisted';
import { expect, test } from 'vitest';
import { fullPath } from '../support/full-path.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { startWithDocuments } from '../support/persisted.ts';

// Automatic persisted queries with the clients' own links. Each test has a client of its own, as each visitor has.

const known = 'query Known {\n  companies {\n    totalCount\n  }\n}';
const unknown = 'query Unknown {\n  companies(first: 1) {\n    totalCount\n  }\n}';
const create =
  'mutation Create {\n  createCompany(input: {name: "Acme"}) {\n    __typename\n  }\n}';
const total = (totalCount: number) => ({ companies: { totalCount } });
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** What a client sends: the method, and whether the hash and the text are part of it. */
type Sent = `${'GET' | 'POST'} ${'hash' | 'text' | 'hash and text'}`;

/** A client of either kind. */
interface AnyClient {
  readonly sent: Sent[];
  /** Returns the data of an operation, or the code of its error. */
  ask(text: string): Promise<unknown>;
}

function recorded(sent: Sent[]): typeof fetch {
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const { searchParams } = new URL(url);
    const body = typeof init?.body === 'string' ? init.body : JSON.stringify([...searchParams]);
    const parts = [body.includes('sha256Hash') && 'hash', /"query"/.test(body) && 'text'];
    sent.push(`${init?.method ?? 'GET'} ${parts.filter(Boolean).join(' and ')}` as Sent);
    return fetch(input, init);
  };
}

function apollo(
  { url }: TestGateway,
  options: Omit<PersistedQueryLink.Options, 'generateHash' | 'sha256'> = {},
): AnyClient {
  const sent: Sent[] = [];
  const link = ApolloLink.from([
    new PersistedQueryLink({ sha256, ...options }),
    new HttpLink({ uri: `${url}/graphql`, fetch: recorded(sent) }),
  ]);
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  return {
    sent,
    async ask(text) {
      try {
        const document = gql(text);
        const { data } = text.startsWith('mutation')
          ? await client.mutate({ mutation: document, fetchPolicy: 'no-cache' })
          : await client.query({ query: document, fetchPolicy: 'no-cache' });
        return data;
      } catch (error) {
        return CombinedGraphQLErrors.is(error) ? error.errors[0]?.extensions?.['code'] : error;
      }
    },
  };
}

function urql({ url }: TestGateway, options: PersistedExchangeOptions = {}): AnyClient {
  const sent: Sent[] = [];
  const client = new Client({
    url: `${url}/graphql`,
    preferGetMethod: false,
    fetch: recorded(sent),
    exchanges: [persistedExchange(options), fetchExchange],
  });
  return {
    sent,
    async ask(text) {
      const { data, error } = text.startsWith('mutation')
        ? await client.mutation(text, {}).toPromise()
        : await client.query(text, {}).toPromise();
      return error === undefined ? data : (error.graphQLErrors[0]?.extensions['code'] ?? error);
    },
  };
}

type Ways = readonly [string, (gateway: TestGateway) => AnyClient, readonly Sent[]];

test.for<Ways>([
  ['Apollo', apollo, ['POST hash', 'POST hash and text']],
  [
    'Apollo by GET',
    (it) => apollo(it, { useGETForHashedQueries: true }),
    ['GET hash', 'POST hash and text'],
  ],
  ['urql', urql, ['GET hash', 'GET hash and text']],
  [
    'urql by POST',
    (it) => urql(it, { preferGetForPersistedQueries: false }),
    ['POST hash', 'POST hash and text'],
  ],
])('%s sends the text once, and other clients only the hash', async ([, start, first]) => {
  const gateway = await startTestGateway();
  const [one, other] = [start(gateway), start(gateway)];

  expect(await one.ask(known)).toMatchObject(total(0));
  expect(await one.ask(known)).toMatchObject(total(0));
  expect(await other.ask(known)).toMatchObject(total(0));

  const [byHash] = first;
  expect(one.sent).toEqual([...first, byHash]);
  expect(other.sent).toEqual([byHash]);
});

test.for<Ways>([
  ['Apollo', apollo, ['POST hash', 'POST hash and text']],
  [
    'Apollo with GET for queries',
    (it) => apollo(it, { useGETForHashedQueries: true }),
    ['POST hash', 'POST hash and text'],
  ],
  ['urql', (it) => urql(it, { enableForMutation: true }), ['POST hash', 'POST hash and text']],
])('%s executes a mutation once, and never by GET', async ([, start, first]) => {
  const gateway = await startTestGateway();
  const client = start(gateway);

  await client.ask(create);

  expect(client.sent).toEqual(first);
  expect((await gateway.query(known)).data).toEqual(total(1));
});

test.for<[string, (gateway: TestGateway) => AnyClient]>([
  ['Apollo', apollo],
  ['urql', (it) => urql(it, { preferGetForPersistedQueries: false })],
])('%s takes the fast path', async ([, start]) => {
  const gateway = await startTestGateway();
  const client = start(gateway);
  for (let i = 0; i < 3; i += 1) await client.ask(known);

  const before = fullPath.requests;
  expect(await client.ask(known)).toMatchObject(total(0));

  expect(fullPath.requests).toBe(before);
});

const only = { PERSISTED_DOCUMENTS_ONLY: 'on' };
/** The documents as the clients send them: Apollo Client adds __typename. */
const documents = {
  urql: known,
  apollo: 'query Known {\n  companies {\n    totalCount\n    __typename\n  }\n}',
};

test.for<[string, (gateway: TestGateway) => AnyClient]>([
  ['Apollo', apollo],
  ['urql', (it) => urql(it, { preferGetForPersistedQueries: false })],
])(
  '%s gets a document of the operator by hash, and stops sending hashes after an unknown one',
  async ([, start]) => {
    const gateway = await startWithDocuments(documents, only);
    const client = start(gateway);

    expect(await client.ask(known)).toMatchObject(total(0));
    expect(await client.ask(unknown)).toBe('PERSISTED_DOCUMENT_REQUIRED');
    expect(await client.ask(known)).toBe('PERSISTED_DOCUMENT_REQUIRED');

    expect(client.sent).toEqual(['POST hash', 'POST hash', 'POST text', 'POST text']);
  },
);

test.for<[string, (gateway: TestGateway) => AnyClient]>([
  ['Apollo', (it) => apollo(it, { disable: () => false, retry: () => false })],
  ['urql', (it) => urql(it, { enforcePersistedQueries: true })],
])(
  '%s as docs/clients.md configures it for PERSISTED_DOCUMENTS_ONLY sends hashes all the time',
  async ([, start]) => {
    const gateway = await startWithDocuments(documents, only);
    const client = start(gateway);

    expect(await client.ask(unknown)).toBe('PERSISTED_QUERY_NOT_SUPPORTED');
    expect(await client.ask(known)).toMatchObject(total(0));

    expect(client.sent.every((it) => it.endsWith(' hash'))).toBe(true);
  },
);
