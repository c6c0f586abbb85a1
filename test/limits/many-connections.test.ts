import { describe, expect, test } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { ask, codesOf } from '../support/callers.ts';
import { change } from '../support/change.ts';
import { startTestGateway } from '../support/gateway.ts';
import { shared } from '../support/lifetime.ts';
import { companyLinkUrl } from '../support/linking.ts';
import { addWithConnections, liveConnectionsOf } from '../support/many-connections.ts';
import { companyRecord, connectionRecord } from '../support/records.ts';
import { startRestGateway } from '../support/rest.ts';
import { inDatabase } from '../support/rows.ts';
import { amount } from '../support/soak.ts';
import { faultsOf, rowsOf } from '../support/stored.ts';

// Companies with many connections: what is read of those that a response cannot hold, and that it holds those of a company
// at the limit.

const most = 5;

/** The limits of the statements that read connections of companies. */
function limitsOf(statements: readonly string[]): number[] {
  return statements
    .filter((sql) => /from "connections".*order by "connections"."company_id"/.test(sql))
    .map((sql) => Number(/limit (\d+)/.exec(sql)?.[1]));
}

const banking = (count: number) => Array.from({ length: count }, () => ({ sourceType: 'Banking' }));

describe('of a company with more connections than a response may hold', () => {
  const answered = 40;
  const reading = shared(async () => {
    const gateway = await startRestGateway({
      env: { MAX_CONNECTIONS_PER_COMPANY: String(most), MAX_COST: String(answered) },
    });
    return { gateway, ...addWithConnections(gateway.file, answered + 5) };
  });
  test('GraphQL reads one more than that, and says what to use instead', async () => {
    const { gateway, companyId: id } = reading();
    gateway.takeStatements();

    const answer = await ask(gateway, {
      query: 'query ($id: ID!) { company(id: $id) { connections { id } } }',
      variables: { id },
    });

    expect(codesOf(answer)).toEqual(['DOCUMENT_LIMIT']);
    expect(answer.errors[0]?.message).toBe(
      `The response has more than ${answered} connections: read them in pages with connections(filter: {companyId})`,
    );
    expect(limitsOf(gateway.takeStatements())).toEqual([answered + 1]);
  });

  test('GraphQL reads no more for many lists than for one', async () => {
    const { gateway, companyId: id } = reading();
    const { companyId: small } = await gateway.withCompany({ connections: banking(3) });
    gateway.takeStatements();

    const answer = await ask(gateway, {
      query: `query ($id: ID!, $small: ID!) {
        small: company(id: $small) {
          a: connections { id }
          b: connections(filter: { status: [LINKED] }) { id }
        }
        large: company(id: $id) {
          c: connections(filter: { sourceType: [COMMERCE] }) { id }
          d: connections(filter: { sourceType: [COMMERCE, BANKING] }) { id }
        }
      }`,
      variables: { id, small },
    });

    expect(answer.data.large).toBeNull();
    // One after another, each up to what those before it left.
    expect(limitsOf(gateway.takeStatements())).toEqual([
      answered + 1,
      answered - 3 + 1,
      answered - 6 + 1,
      1,
    ]);
  });

  test('the paged query that the error names is answered', async () => {
    const { gateway, companyId: id } = reading();

    const { data } = await gateway.query(
      'query ($id: ID!) { connections(first: 10, filter: { companyId: $id }) { totalCount nodes { id } } }',
      { id },
    );

    expect(data.connections.totalCount).toBe(answered + 5);
    expect(data.connections.nodes).toHaveLength(10);
  });

  test('the company is not deleted while it has more than the limit', async () => {
    const { gateway, companyId } = reading();
    gateway.takeStatements();

    const { data } = await gateway.query(
      `mutation ($id: ID!) {
        deleteCompany(input: { companyId: $id }) {
          __typename
          ... on LimitReachedError { message limit }
        }
      }`,
      { id: companyId },
    );
    const rest = await gateway.raw({ method: 'DELETE', path: `/companies/${companyId}` });

    expect(data.deleteCompany).toEqual({
      __typename: 'LimitReachedError',
      message: `The company has more than ${most} connections: delete connections before you delete it`,
      limit: most,
    });
    expect(rest.status).toBe(409);
    expect(limitsOf(gateway.takeStatements())).toEqual([most + 1, most + 1]);
    expect(liveConnectionsOf(gateway, companyId)).toBe(answered + 5);
  });
});

describe('of a company with more connections than REST embeds', () => {
  /** `maxEmbedded` of the REST API. */
  const embedded = 20_000;
  const huge = shared(async () => {
    const gateway = await startRestGateway();
    return { gateway, ...addWithConnections(gateway.file, embedded + 1) };
  });

  test.for(['GET', 'PATCH', 'PUT'])(
    '%s says what to use instead, and changes nothing',
    async (method) => {
      const { gateway, companyId } = huge();

      const answer = await gateway.raw({
        method,
        path: `/companies/${companyId}`,
        ...(method !== 'GET' && { body: { name: 'Another name' } }),
      });

      expect(answer.status).toBe(400);
      expect(answer.json()).toMatchObject({
        error: `The response has more than ${embedded} connections: use a smaller pageSize, or list the connections of a company with GET /companies/{companyId}/connections`,
      });
      const rows = rowsOf(gateway.file, 'SELECT name FROM companies WHERE id = ?', companyId);
      expect(rows).toEqual([{ name: 'Acme Trading Ltd' }]);
    },
  );

  test('a page with it is refused, and its own list is not', async () => {
    const { gateway, companyId } = huge();

    const page = await gateway.raw({ path: '/companies' });
    const list = await gateway.raw({ path: `/companies/${companyId}/connections?pageSize=10` });

    expect(page.status).toBe(400);
    expect(list.json()).toMatchObject({ totalResults: embedded + 1 });
  });

  test('with one connection less all are embedded', async () => {
    const { gateway, companyId } = huge();
    inDatabase(gateway.file, (db) => {
      db.prepare(
        `UPDATE connections SET deleted_at = 1
         WHERE id = (SELECT id FROM connections WHERE company_id = ? LIMIT 1)`,
      ).run(companyId);
    });

    const answer = await gateway.raw({ path: `/companies/${companyId}` });

    const { dataConnections } = answer.json() as { dataConnections: unknown[] };
    expect(dataConnections).toHaveLength(embedded);
  });
});

test('deleting a company takes as many statements for many connections as for few', async () => {
  const gateway = await startTestGateway();
  const countOf = async (count: number) => {
    const { companyId } = addWithConnections(gateway.file, count);
    gateway.takeStatements();
    const { deletedCompanyId } = await change(
      gateway,
      'deleteCompany',
      { companyId },
      'deletedCompanyId',
    );
    expect(deletedCompanyId).toBe(companyId);
    expect(liveConnectionsOf(gateway, companyId)).toBe(0);
    return gateway.takeStatements().length;
  };

  const few = await countOf(2);
  const many = await countOf(amount({ usual: 300, soak: 1000 }));

  expect(many).toBe(few);
  expect(faultsOf(gateway.file)).toEqual([]);
});

test('a company at the usual limit is served whole by every API, among many companies', async () => {
  const gateway = await startRestGateway();
  const companies = amount({ usual: 50, soak: 20_000 });
  await gateway.import(
    Array.from({ length: companies }, () =>
      companyRecord({
        dataConnections: [connectionRecord(), connectionRecord({ sourceType: 'Banking' })],
      }),
    ),
  );
  const { companyId } = await gateway.withCompany({ connections: banking(999) });
  await change(gateway, 'createConnection', { companyId, integrationKey: 'exgd' });

  const refused = await change(gateway, 'createConnection', { companyId, integrationKey: 'exgd' });
  const { data } = await gateway.query(
    'query ($id: ID!) { company(id: $id) { connectionStatuses connections { id status } } }',
    { id: companyId },
  );
  const rest = await gateway.raw({
    method: 'PATCH',
    path: `/companies/${companyId}`,
    body: { name: 'Another name' },
  });
  const page = await openBrowser().open(await companyLinkUrl(gateway, companyId));
  const deleted = await change(gateway, 'deleteCompany', { companyId });

  expect(refused).toMatchObject({ __typename: 'LimitReachedError' });
  expect(data.company.connections).toHaveLength(1000);
  expect((rest.json() as { dataConnections: unknown[] }).dataConnections).toHaveLength(1000);
  expect(page.html.match(/<li class="connection">/g)).toHaveLength(1000);
  expect(deleted).toMatchObject({ __typename: 'DeleteCompanyPayload' });
  expect(faultsOf(gateway.file)).toEqual([]);
});
