import { randomUUID } from 'node:crypto';

/** The record of a connection in an import file. */
export interface ConnectionRecordInput {
  id: string;
  integrationId: string;
  integrationKey: string | null;
  sourceId: string;
  sourceType: string;
  platformName: string;
  status: string;
  lastSync: string | null;
  created: string;
}

/** The record of a company in an import file. */
export interface CompanyRecordInput {
  id: string;
  name: string;
  description: string | null;
  tags: Record<string, string>;
  created: string;
  dataConnections: ConnectionRecordInput[];
}

const platforms: Record<string, { integrationKey: string; platformName: string }> = {
  Accounting: { integrationKey: 'gbol', platformName: 'Xero' },
  Banking: { integrationKey: 'suuo', platformName: 'Plaid' },
  Commerce: { integrationKey: 'exgd', platformName: 'Stripe' },
};

/** Makes the record of a connection. By default its platform is Xero, Plaid or Stripe, depending on the source type. */
export function connectionRecord(
  given: Partial<ConnectionRecordInput> = {},
): ConnectionRecordInput {
  const sourceType = given.sourceType ?? 'Accounting';
  const { integrationKey = null, platformName = `A ${sourceType} platform` } =
    platforms[sourceType] ?? {};
  return {
    id: randomUUID(),
    integrationId: randomUUID(),
    integrationKey,
    sourceId: randomUUID(),
    sourceType,
    platformName,
    status: 'Linked',
    lastSync: '2024-05-06T07:08:09.123Z',
    created: '2024-01-02T03:04:05Z',
    ...given,
  };
}

/** Makes the record of a company. */
export function companyRecord(given: Partial<CompanyRecordInput> = {}): CompanyRecordInput {
  return {
    id: randomUUID(),
    name: 'Acme Trading Ltd',
    description: null,
    tags: {},
    created: '2024-01-01T00:00:00Z',
    dataConnections: [],
    ...given,
  };
}
