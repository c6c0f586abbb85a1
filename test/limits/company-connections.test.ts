import { describe, expect, test } from 'vitest';
import { importRecords } from '../../src/import/import-records.ts';
import { readRecords } from '../../src/import/read-records.ts';
import { textOf } from '../support/browser.ts';
import { change } from '../support/change.ts';
import { startTestGateway } from '../support/gateway.ts';
import { ndjson } from '../support/import.ts';
import { shared } from '../support/lifetime.ts';
import { choose, companyLinkUrl, openBrowser, startLinkingGateway } from '../support/linking.ts';
import { addWithConnections, liveConnectionsOf } from '../support/many-connections.ts';
import { companyRecord, connectionRecord } from '../support/records.ts';
import { startRestGateway } from '../support/rest.ts';
import { countRows } from '../support/stored.ts';
import { importer } from '../import/importer.ts';
import { amount } from '../support/soak.ts';

// How many connections one company can have, whichever way they are created.

const most = 5;
const env = { MAX_CONNECTIONS_PER_COMPANY: String(most) };

const limited = shared(() => startRestGateway({ env }));

const banking = (count: number) => Array.from({ length: count }, () => ({ sourceType: 'Banking' }));

describe('a company at the limit', () => {
  test('gets no further connection over GraphQL, until one is deleted', async () => {
    const gateway = limited();
    const { companyId, connectionId } = await gateway.withCompany({ connections: banking(most) });
    const create = () =>
      gateway.query(
        `mutation ($id: ID!) {
          createConnection(input: { companyId: $id, integrationKey: "gbol" }) {
            __typename
            ... on LimitReachedError { message limit }
          }
        }`,
        { id: companyId },
      );

    expect((await create()).data.createConnection).toEqual({
      __typename: 'LimitReachedError',
      message: expect.stringContaining(`${most} connections of one company`) as string,
      limit: most,
    });
    expect(liveConnectionsOf(gateway, companyId)).toBe(most);
    await change(gateway, 'deleteConnection', { companyId, connectionId });
    expect((await create()).data.createConnection).toEqual({
      __typename: 'CreateConnectionPayload',
    });
  });

  test('gets no further connection over REST', async () => {
    const gateway = limited();
    const { companyId } = await gateway.withCompany({ connections: banking(most) });

    const answer = await gateway.raw({
      method: 'POST',
      path: `/companies/${companyId}/connections`,
      body: { platformKey: 'gbol' },
    });

    expect(answer.status).toBe(409);
    expect(answer.json()).toMatchObject({
      error: expect.stringContaining(`${most} connections of one company`) as string,
      canBeRetried: 'False',
    });
    expect(liveConnectionsOf(gateway, companyId)).toBe(most);
  });

  test('is not brought above it by clients that race, in two gateways over one database', async () => {
    const gateway = limited();
    const other = await startTestGateway({ file: gateway.file, env });
    const { companyId } = await gateway.withCompany();

    const results = await Promise.all(
      Array.from({ length: amount({ usual: 30, soak: 300 }) }, async (_, index) => {
        const input = { companyId, integrationKey: 'exgd' };
        const to = index % 2 === 0 ? gateway : other;
        return JSON.stringify(await change(to, 'createConnection', input));
      }),
    );

    expect(results.filter((it) => it.includes('CreateConnectionPayload'))).toHaveLength(most);
    expect(liveConnectionsOf(gateway, companyId)).toBe(most);
  });

  test('takes one indexed statement more to be found full', async () => {
    const gateway = limited();
    const { companyId } = await gateway.withCompany({ connections: banking(most) });
    gateway.takeStatements();

    await change(gateway, 'createConnection', { companyId, integrationKey: 'gbol' });

    const counting = gateway.takeStatements().filter((sql) => sql.includes('select count(*)'));
    expect(counting).toEqual([expect.stringContaining(`limit ${most}.0)`) as string]);
  });
});

describe('on the link page', () => {
  const linking = shared(() => startLinkingGateway(env));

  test('people of a company at the limit read so when they choose another platform', async () => {
    const gateway = linking();
    const { companyId } = await gateway.withCompany({ connections: banking(most) });

    const page = await choose(openBrowser(), await companyLinkUrl(gateway, companyId));

    expect(page.status).toBe(409);
    expect(textOf(page.html)).toContain('No more connections can be added');
    expect(liveConnectionsOf(gateway, companyId)).toBe(most);
  });

  test('they can still link one that waits for its authorization', async () => {
    const gateway = linking();
    const { companyId } = await gateway.withCompany({ connections: banking(most - 1) });
    await change(gateway, 'createConnection', { companyId, integrationKey: 'mqjo' });

    const sent = await choose(openBrowser(), await companyLinkUrl(gateway, companyId));

    expect(sent.url.href).toContain(gateway.sandboxUrl);
    expect(liveConnectionsOf(gateway, companyId)).toBe(most);
  });

  test('of more connections than the limit none is shown, and the platforms are', async () => {
    const gateway = linking();
    const { companyId } = addWithConnections(gateway.file, most + 1);
    gateway.takeStatements();

    const page = await openBrowser().open(await companyLinkUrl(gateway, companyId));

    expect(page.status).toBe(200);
    expect(textOf(page.html)).toContain('too many connections to show');
    expect(page.html).toContain('value="mqjo"');
    expect(gateway.takeStatements().join('\n')).toContain(`limit ${most + 1}.0`);
  });
});

const load = (records: readonly unknown[], maxConnections = most) => {
  const reasons: string[] = [];
  return importRecords(
    limited().store,
    () =>
      readRecords(
        (async function* () {
          yield Buffer.from(ndjson(records));
        })(),
      ),
    { maxConnections, onRefused: ({ reason }) => reasons.push(reason) },
  ).then(({ companies, connections }) => ({ companies, connections, reasons }));
};
const records = (count: number) => banking(count).map((it) => connectionRecord(it));

describe('an import', () => {
  test('refuses a record with more connections as a whole', async () => {
    const tooMany = companyRecord({ dataConnections: records(most + 1) });
    const full = companyRecord({ dataConnections: records(most) });

    const { companies, connections, reasons } = await load([tooMany, full]);

    expect(companies).toMatchObject({ created: 1, refused: 1 });
    expect(connections).toMatchObject({ created: most, refused: most + 1 });
    expect(reasons).toEqual([
      expect.stringContaining(`must not give the company more than ${most} connections`),
    ]);
  });

  test('takes the limit from the environment, as the gateway does', async () => {
    const record = companyRecord({ dataConnections: records(2) });
    const { database, run } = await importer({ MAX_CONNECTIONS_PER_COMPANY: '1' });

    const { code, stderr } = await run(['-'], ndjson([record]));

    expect(code).toBe(1);
    expect(stderr).toContain('dataConnections must not give the company more than 1 connections');
    expect(countRows(database, 'companies')).toBe(0);
  });

  test('refuses a record that would bring its company above the limit', async () => {
    const company = companyRecord({ dataConnections: records(most - 1) });
    const more = { ...company, name: 'Another name', dataConnections: records(2) };
    await load([company]);

    const { companies, reasons } = await load([more]);

    expect(companies).toMatchObject({ updated: 0, refused: 1 });
    expect(reasons).toEqual([
      expect.stringContaining(`must not give the company more than ${most} connections`),
    ]);
    expect(liveConnectionsOf(limited(), company.id)).toBe(most - 1);
  });

  test('updates a company at the limit, and counts no deleted connection', async () => {
    const gateway = limited();
    const company = companyRecord({ dataConnections: records(most) });
    await load([company]);
    const [first, ...others] = company.dataConnections;
    const again = { ...company, name: 'Another name' };

    expect((await load([again])).companies).toMatchObject({ updated: 1, refused: 0 });
    // A limit that is lower now refuses no record that adds nothing.
    const later = { ...company, name: 'A third name' };
    expect((await load([later], 1)).companies).toMatchObject({ updated: 1, refused: 0 });
    expect((await load([again])).companies).toMatchObject({ updated: 1, refused: 0 });
    await change(gateway, 'deleteConnection', { companyId: company.id, connectionId: first?.id });
    const next = { ...again, dataConnections: [...others, ...records(1)] };
    expect((await load([next])).connections).toMatchObject({ created: 1, unchanged: most - 1 });
    expect(liveConnectionsOf(gateway, company.id)).toBe(most);
  });
});
