import { expect, test } from 'vitest';
import { randomUUID } from 'node:crypto';
import { importRecords } from '../../src/import/import-records.ts';
import { readRecords } from '../../src/import/read-records.ts';
import { callsDuring } from '../support/call-counts.ts';
import { change } from '../support/change.ts';
import { ndjson } from '../support/import.ts';
import { shared } from '../support/lifetime.ts';
import { choose, companyLinkUrl, openBrowser, startLinkingGateway } from '../support/linking.ts';
import { companyRecord, connectionRecord, type CompanyRecordInput } from '../support/records.ts';
import { amount } from '../support/soak.ts';

// No loop over a company's connections inside another: with eight times as many, no function of the product may be called
// more than about eight times as often.

const few = amount({ usual: 30, soak: 120 });
const times = 8;

const linking = shared(() => startLinkingGateway());
type Gateway = ReturnType<typeof linking>;

/** A record whose connections are all of integrations of their own, without keys or with them. */
function recordOf(count: number, given: Partial<CompanyRecordInput> = {}): CompanyRecordInput {
  return companyRecord({
    ...given,
    dataConnections: Array.from({ length: count }, (_, index) =>
      connectionRecord({
        sourceType: 'Commerce',
        integrationKey: index % 2 === 0 ? null : randomUUID(),
        status: index % 3 === 0 ? 'Unlinked' : 'Linked',
      }),
    ),
  });
}

async function load({ store }: Gateway, records: readonly unknown[]) {
  const bytes = async function* () {
    yield Buffer.from(ndjson(records));
  };
  const { companies } = await importRecords(store, () => readRecords(bytes()), {
    maxConnections: few * times,
  });
  expect(companies.refused).toBe(0);
}

/** Adds a company whose connections are of the integrations of the sandbox, which can be linked. */
async function addCompany(gateway: Gateway, count: number): Promise<string> {
  const keys = ['mqjo', 'mqjo', 'exgd'];
  const { companyId } = await gateway.withCompany({
    connections: Array.from({ length: count }, (_, index) => ({
      sourceType: index % 3 === 2 ? 'Commerce' : 'Accounting',
      integrationKey: keys[index % 3] ?? null,
      status: index === 0 ? 'Linked' : 'PendingAuth',
    })),
  });
  return companyId;
}

/** Prepares a company with so many connections; returns the work that is measured. */
type Prepare = (gateway: Gateway, count: number) => Promise<() => Promise<unknown>>;

const everyField = `query ($id: ID!) {
  company(id: $id) {
    lastSync
    connectionStatuses
    linkUrl
    connections {
      id platformName status allowedActions linkUrl
      integration { key enabled }
      company { name }
      history(first: 2) { nodes { type } }
    }
  }
}`;

const works: [name: string, prepare: Prepare][] = [
  [
    'the link page of a company',
    async (gateway, count) => {
      const url = await companyLinkUrl(gateway, await addCompany(gateway, count));
      return () => openBrowser().open(url);
    },
  ],
  [
    'choosing a platform on it',
    async (gateway, count) => {
      const connections = Array.from({ length: count }, () => ({ sourceType: 'Commerce' }));
      const { companyId } = await gateway.withCompany({ connections });
      const url = await companyLinkUrl(gateway, companyId);
      return () => choose(openBrowser(), url);
    },
  ],
  [
    'a company over GraphQL',
    async (gateway, count) => {
      const id = await addCompany(gateway, count);
      return () => gateway.query(everyField, { id });
    },
  ],
  [
    'a company over REST',
    async (gateway, count) => {
      const id = await addCompany(gateway, count);
      return () => fetch(`${gateway.url}/api/companies/${id}`).then((it) => it.text());
    },
  ],
  [
    'deleting a company',
    async (gateway, count) => {
      const companyId = await addCompany(gateway, count);
      return () => change(gateway, 'deleteCompany', { companyId });
    },
  ],
  [
    'the import of a new company',
    async (gateway, count) => {
      const record = recordOf(count);
      return () => load(gateway, [record]);
    },
  ],
  [
    'the import of changes',
    async (gateway, count) => {
      const record = recordOf(count);
      await load(gateway, [record]);
      const dataConnections = record.dataConnections.map((it) =>
        Object.assign({}, it, { status: 'Linked', integrationKey: randomUUID() }),
      );
      return () => load(gateway, [{ ...record, dataConnections }]);
    },
  ],
  [
    'the import of companies',
    async (gateway, count) => {
      const records = Array.from({ length: count }, () => recordOf(2));
      return () => load(gateway, records);
    },
  ],
];

test.for(works)('%s takes work in proportion to the connections', async ([, prepare]) => {
  const gateway = linking();
  // The first round makes what is made once, such as statements.
  await (
    await prepare(gateway, few)
  )();

  const small = await callsDuring(await prepare(gateway, few));
  const large = await callsDuring(await prepare(gateway, few * times));

  expect(large.size).toBeGreaterThan(100);
  const tooOften = [...large].flatMap(([place, calls]) => {
    const before = small.get(place) ?? 0;
    return calls > before * times * 1.3 + few * times ? [`${place}: ${before}, then ${calls}`] : [];
  });
  expect(tooOften).toEqual([]);
});
