import { expect, test } from 'vitest';
import { shared } from '../support/lifetime.ts';
import { ask, codesOf } from '../support/callers.ts';
import { usualQuery } from '../support/documents.ts';
import { amount } from '../support/soak.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';

const usual = shared(() => startTestGateway());

// The cost of a document assumes that a company has few connections. Some companies have many.

const withConnections = (gateway: TestGateway, count: number) =>
  gateway.withCompany({
    connections: Array.from({ length: count }, () => ({ sourceType: 'Banking' })),
  });

/** A gateway with one company that has 1,000 connections. */
const large = shared(async () => {
  const gateway = await startTestGateway();
  return { gateway, ...(await withConnections(gateway, 1000)) };
});

/** The limit on records, up to which the query reads. The default is 20,000. */
const maxRecords = String(amount({ usual: 4000, soak: 20_000 }));

/** Goes from a company to its connections and back, as deep as a document may be nested. */
const circle = /* GraphQL */ `
  query Circle($id: ID!) {
    company(id: $id) {
      connections {
        company {
          connections {
            company {
              connections {
                company {
                  connections {
                    id
                  }
                }
              }
            }
          }
        }
      }
    }
  }
`;

test.for([40, 1000])(
  'an answer in circles through %i connections is refused instead of being made',
  async (count) => {
    const { gateway: filled, companyId } =
      count === 1000 ? large() : { gateway: usual(), ...(await withConnections(usual(), count)) };
    const env = { MAX_COST: maxRecords };
    const gateway = await startTestGateway({ file: filled.file, env });

    const answer = await ask(gateway, { query: circle, variables: { id: companyId } });

    expect(codesOf(answer)).toEqual(['DOCUMENT_LIMIT']);
    expect(answer.data).toEqual({ company: null });
    expect(answer.text.length).toBeLessThan(1000);
  },
);

test('an answer in circles through few connections is given', async () => {
  const gateway = usual();
  const { companyId } = await withConnections(gateway, 5);

  const { data, errors } = await ask(gateway, { query: circle, variables: { id: companyId } });

  expect(errors).toEqual([]);
  expect(data.company.connections[4].company.connections[4].company.connections).toHaveLength(5);
});

test('a company with a thousand connections is answered whole', async () => {
  const { gateway } = large();

  const { data, errors } = await ask(gateway, { query: usualQuery });

  expect(errors).toEqual([]);
  expect(data.companies.nodes[0].connections).toHaveLength(1000);
});

test.for([
  ['9', ['DOCUMENT_LIMIT']],
  ['10', []],
] as const)('with MAX_COST=%s ten records give the errors %j', async ([most, codes]) => {
  const gateway = await startTestGateway({ env: { MAX_COST: most } });
  const { companyId } = await withConnections(gateway, 10);

  const answer = await ask(gateway, {
    query: 'query ($id: ID!) { company(id: $id) { connections { id } } }',
    variables: { id: companyId },
  });

  expect(codesOf(answer)).toEqual(codes);
});

test.for([
  [22, []],
  [23, ['DOCUMENT_LIMIT']],
] as const)(
  'with MAX_COST=80, seven fields of each of %i connections give the errors %j',
  async ([count, codes]) => {
    const gateway = await startTestGateway({ env: { MAX_COST: '80' } });
    const { companyId } = await withConnections(gateway, count);

    const answer = await ask(gateway, {
      query: `
        query ($id: ID!) { company(id: $id) { connections { ...Some ...Some created } } }
        fragment Some on Connection { id status sourceType ... on Connection { integrationId lastSync platformName } }
      `,
      variables: { id: companyId },
    });

    expect(codesOf(answer)).toEqual(codes);
  },
);

test('events count as records, too', async () => {
  const gateway = await startTestGateway({ env: { MAX_COST: '150' } });
  const { companyId } = await withConnections(gateway, 100);

  const answer = await ask(gateway, {
    query:
      'query ($id: ID!) { company(id: $id) { connections { history(first: 1) { nodes { id } } } } }',
    variables: { id: companyId },
  });

  expect(codesOf(answer)).toEqual(['DOCUMENT_LIMIT']);
});
