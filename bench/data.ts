import { createHash } from 'node:crypto';

// Companies that are the same on every machine, as records for the product's import.

const sources = [
  { key: 'gbol', platformName: 'Xero', sourceType: 'Accounting' },
  { key: 'suuo', platformName: 'Plaid', sourceType: 'Banking' },
  { key: 'vqzp', platformName: 'BigCommerce', sourceType: 'Commerce' },
  { key: 'fqly', platformName: 'Clover', sourceType: 'Commerce' },
] as const;

const places = ['North', 'Harbour', 'Old Town', 'Green', 'Summit', 'Löwen', 'Étoile', 'Valley'];
const trades = [
  'Bakery',
  'Books',
  'Cycles',
  'Dental',
  'Electric',
  'Flowers',
  'Garage',
  'Interiors',
];

/** Makes company number `index`, counted from 0, with its four connections. */
export function companyRecord(index: number) {
  const created = Date.UTC(2020, 0, 1) + index * 60_000;
  return {
    id: companyId(index),
    name: `${places[index % places.length]} ${trades[(index >> 3) % trades.length]} ${index}`,
    created: instant(created),
    dataConnections: sources.map(({ key, platformName, sourceType }, place) => ({
      id: connectionId(index, place),
      // The import recognizes an integration of the catalogue by its key.
      integrationId: uuid(`integration ${key}`),
      integrationKey: key,
      sourceId: uuid(`source ${key}`),
      platformName,
      sourceType,
      status: statusOf(index, place),
      lastSync: place < 2 ? instant(created + 86_400_000 + place * 1001) : null,
      created: instant(created + place * 1000),
    })),
  };
}

/** Returns the id of a company. */
export function companyId(index: number): string {
  return uuid(`company ${index}`);
}

/** Returns the id of one of a company's four connections. Places 0 and 1 are Linked. */
export function connectionId(index: number, place: number): string {
  return uuid(`connection ${index} ${place}`);
}

function statusOf(index: number, place: number): string {
  if (place < 2) return 'Linked';
  if (place === 2) return index % 2 === 0 ? 'PendingAuth' : 'Unlinked';
  // Rare, so that a filter by this status has to search far.
  return index % 1000 === 7 ? 'Deauthorized' : 'PendingAuth';
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}

/** Makes a UUID of version 8 ("for vendor-specific use") from a name. It is as scattered as a random UUID. */
function uuid(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
