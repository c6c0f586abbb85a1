// Programs of a reader of docs/clients.md, who has the files of the page in the same folder. Each pages through a list
// that has three pages, changes a company, provokes an error, and sends a mutation whose first response is lost. It prints
// what a user would see.

/** The texts that more than one program needs. */
const create = `
  mutation Create($name: String!) {
    createCompany(input: { name: $name }) { ... on CreateCompanyPayload { company { id } } }
  }
`;
const nobody = '00000000-0000-4000-8000-0000000000ff';

const fetch = `
  import { print } from 'graphql';
  import { GatewayError, request } from './gateway.js';
  import type { CompaniesPageQuery, UpdateCompanyMutation } from './generated/graphql.js';
  import { companiesPage, updateCompany } from './operations.js';

  const names: string[] = [];
  const read = async (variables: { first: number; after?: string | null }) => {
    const { companies } = await request<CompaniesPageQuery>(print(companiesPage), variables);
    names.push(...companies.edges.map(({ node }) => node.name));
    return companies;
  };
  const page = await read({ first: 2 });
  const first = [...names];
  await read({ first: 2, after: page.pageInfo.endCursor ?? null });
  const both = [...names];
  const [edge] = page.edges;

  const update = async (companyId: string | undefined) => {
    const input = { companyId, name: 'Renamed by fetch', tags: [{ key: 'by', value: 'fetch' }] };
    const { updateCompany: result } = await request<UpdateCompanyMutation>(print(updateCompany), { input });
    return result;
  };
  const changed = await update(edge?.node.id);
  if (changed.__typename === 'UpdateCompanyPayload') names[0] = changed.company.name;
  const refused = await update('${nobody}');
  const code = await request(print(companiesPage), { first: 0 }).catch((error: unknown) => {
    return error instanceof GatewayError ? error.codes[0] : error;
  });
  await request(\`${create}\`, { name: 'Created by fetch' }, 'lost-fetch');
  await request(\`${create}\`, { name: 'Created by busy fetch' }, 'busy-fetch');
  const unsafe = await request(\`${create}\`, { name: 'Created unsafely by fetch' }).then(() => 'sent', () => 'failed');
  console.log(JSON.stringify({ first, both, changed: names, refused: refused.__typename, code, unsafe }));
`;

const apollo = `
  import { CombinedGraphQLErrors, gql } from '@apollo/client';
  import { client } from './apollo.js';
  import { companiesPage, updateCompany } from './operations.js';

  const pages = client.watchQuery({ query: companiesPage, variables: { first: 2 } });
  const until = <T>(see: () => T | undefined) =>
    new Promise<T>((resolve) => {
      const watched = pages.subscribe(() => {
        const seen = see();
        if (seen === undefined) return;
        resolve(seen);
        setImmediate(() => watched.unsubscribe());
      });
    });
  const companies = () => {
    const result = pages.getCurrentResult();
    return result.dataState === 'complete' ? result.data.companies : undefined;
  };
  const names = () => companies()?.edges.map(({ node }) => node.name) ?? [];
  const namesIf = (holds: (names: string[]) => boolean) =>
    until(() => (holds(names()) ? names() : undefined));
  // Keeps the query active between the steps.
  pages.subscribe(() => {});

  const first = await namesIf((it) => it.length > 0);
  await pages.fetchMore({ variables: { after: companies()?.pageInfo.endCursor } });
  const both = await namesIf((it) => it.length > 2);

  const id = companies()?.edges[0]?.node.id ?? '';
  const update = async (companyId: string, tag: string) => {
    const input = { companyId, name: 'Renamed by Apollo', tags: [{ key: tag, value: 'Apollo' }] };
    const { data } = await client.mutate({ mutation: updateCompany, variables: { input } });
    return data?.updateCompany;
  };
  await update(id, 'a');
  await update(id, 'b');
  const changed = await namesIf(([name]) => name === 'Renamed by Apollo');
  const refused = await update('${nobody}', 'a');
  const wrong = { query: companiesPage, variables: { first: 0 }, fetchPolicy: 'no-cache' } as const;
  const code = await client.query(wrong).catch((error: unknown) => {
    return CombinedGraphQLErrors.is(error) ? error.errors[0]?.extensions?.['code'] : error;
  });
  const create = (name: string, key?: string) => client.mutate({
    mutation: gql\`${create}\`,
    variables: { name },
    context: { headers: key === undefined ? {} : { 'idempotency-key': key } },
  });
  client.cache.evict({ id: client.cache.identify({ __typename: 'Company', id }) });
  await namesIf(([name]) => name === 'B');
  await create('Created by Apollo', 'lost-apollo');
  await create('Created by busy Apollo', 'busy-apollo');
  const unsafe = await create('Created unsafely by Apollo').then(() => 'sent', () => 'failed');
  console.log(JSON.stringify({ first, both, changed, refused: refused?.__typename, code, unsafe }));
  client.stop();
`;

const urql = `
  import { gql } from '@urql/core';
  import { headers } from './gateway.js';
  import { companiesPage, updateCompany } from './operations.js';
  import { client } from './urql.js';

  const read = async (variables: { first: number; after?: string | null }) => {
    const { data } = await client.query(companiesPage, variables).toPromise();
    return data?.companies;
  };
  const namesOf = (page: Awaited<ReturnType<typeof read>>) =>
    page?.edges.map(({ node }) => node.name) ?? [];

  const page = await read({ first: 2 });
  const next = { first: 2, after: page?.pageInfo.endCursor ?? null };
  const both = await read(next);

  const update = async (companyId: string) => {
    const input = { companyId, name: 'Renamed by urql', tags: [{ key: 'by', value: 'urql' }] };
    const { data } = await client.mutation(updateCompany, { input }).toPromise();
    return data?.updateCompany;
  };
  await update(page?.edges[0]?.node.id ?? '');
  const cached = client.readQuery(companiesPage, next)?.data?.companies;
  const refused = await update('${nobody}');
  const { error } = await client.query(companiesPage, { first: 0 }).toPromise();
  const code = error?.graphQLErrors[0]?.extensions['code'];
  const create = (idempotencyKey: string) =>
    client.mutation(gql\`${create}\`, { name: 'Created by urql' }, {
      fetchOptions: { headers: { ...headers, 'idempotency-key': idempotencyKey } },
    }).toPromise();
  const lost = await create('lost-urql');
  const again = await create('lost-urql');
  if (lost.error?.networkError === undefined || again.error !== undefined) throw new Error('not lost');
  if (client.readQuery(companiesPage, next) !== null) throw new Error('not invalidated');
  console.log(JSON.stringify({
    first: namesOf(page), both: namesOf(both), changed: namesOf(cached), refused: refused?.__typename, code,
  }));
`;

const graphqlRequest = `
  import { ClientError } from 'graphql-request';
  import { client } from './graphql-request.js';
  import { companiesPage, updateCompany } from './operations.js';

  const { companies: page } = await client.request(companiesPage, { first: 2 });
  const { companies: next } = await client.request(companiesPage, {
    first: 2,
    after: page.pageInfo.endCursor ?? null,
  });
  const first = page.edges.map(({ node }) => node.name);
  const both = [...first, ...next.edges.map(({ node }) => node.name)];
  const update = async (companyId: string) => {
    const input = { companyId, name: 'Renamed by graphql-request', tags: [] };
    return (await client.request(updateCompany, { input })).updateCompany;
  };
  const changed = await update(page.edges[0]?.node.id ?? '');
  const name = changed.__typename === 'UpdateCompanyPayload' ? changed.company.name : '';
  const refused = await update('${nobody}');
  const code = await client.request(companiesPage, { first: 0 }).catch((error: unknown) => {
    return error instanceof ClientError ? error.response.errors?.[0]?.extensions['code'] : error;
  });
  const create = () => client.request(\`${create}\`, { name: 'Created by graphql-request' }, {
    'idempotency-key': 'lost-graphql-request',
  });
  const lost = await create().catch(() => 'lost');
  await create();
  if (lost !== 'lost') throw new Error('not lost');
  console.log(JSON.stringify({
    first, both, changed: [name, ...both.slice(1)], refused: refused.__typename, code,
  }));
`;

const relay = `
  import { commitMutation, createOperationDescriptor, fetchQuery, getRequest } from 'relay-runtime';
  import type { relayCompaniesQuery } from './__generated__/relayCompaniesQuery.graphql.js';
  import type { relayUpdateCompanyMutation } from './__generated__/relayUpdateCompanyMutation.graphql.js';
  import { GatewayError } from './gateway.js';
  import { companiesQuery, environment, updateCompanyMutation } from './relay.js';

  const shown = createOperationDescriptor(getRequest(companiesQuery), { first: 2 });
  environment.retain(shown);
  const page = () =>
    environment.lookup(shown.fragment).data as unknown as relayCompaniesQuery['response'];
  const names = () => page().companies.edges.map(({ node }) => node.name);
  const read = (variables: relayCompaniesQuery['variables']) =>
    fetchQuery<relayCompaniesQuery>(environment, companiesQuery, variables).toPromise();
  const update = (companyId: string, idempotencyKey?: string) =>
    new Promise<relayUpdateCompanyMutation['response']>((onCompleted, onError) => {
      commitMutation<relayUpdateCompanyMutation>(environment, {
        mutation: updateCompanyMutation,
        variables: { input: { companyId, name: 'Renamed by Relay' } },
        cacheConfig: { metadata: { idempotencyKey } },
        onCompleted,
        onError,
      });
    });

  await read({ first: 2 });
  const first = names();
  await read({ first: 2, after: page().companies.pageInfo.endCursor ?? null });
  const both = names();
  await update(page().companies.edges[0]?.node.id ?? '', 'lost-relay');
  const changed = names();
  const { updateCompany: refused } = await update('${nobody}');
  const code = await read({ first: 0 }).catch((error: unknown) => {
    return error instanceof GatewayError ? error.codes[0] : error;
  });
  console.log(JSON.stringify({ first, both, changed, refused: refused.__typename, code }));
`;

/** Prints what clients say about an API key that is not valid. */
export const badKey = `
  import { ServerError } from '@apollo/client';
  import { client as apollo } from './apollo.js';
  import { GatewayError, request } from './gateway.js';
  import { client as graphqlRequest } from './graphql-request.js';
  import { companiesPage } from './operations.js';
  import { client as urql } from './urql.js';

  const variables = { first: 2 };
  const codes: unknown[] = [];
  await request('{ __typename }').catch((error: unknown) => {
    if (error instanceof GatewayError) codes.push(...error.codes);
  });
  await apollo.query({ query: companiesPage, variables }).catch((error: unknown) => {
    if (ServerError.is(error)) codes.push(JSON.parse(error.bodyText).errors[0].extensions.code);
  });
  const { error } = await urql.query(companiesPage, variables).toPromise();
  codes.push(error?.graphQLErrors[0]?.extensions['code']);
  await graphqlRequest.request(companiesPage, variables).catch((error) => {
    codes.push(error.response.errors[0].extensions.code);
  });
  apollo.stop();
  console.log(JSON.stringify(codes));
`;

/** The programs by the name of their client. */
export const programs = { fetch, apollo, urql, 'graphql-request': graphqlRequest, relay } as const;
