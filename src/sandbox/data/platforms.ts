/** A platform that the sandbox stands in for. */
export interface Platform {
  /** The key of its integration in the gateway's catalogue. */
  readonly integrationKey: string;
  readonly clientId: string;
  readonly name: string;
  /** The scope of its data. */
  readonly scope: string;
  /** What that scope permits, in words. */
  readonly permits: string;
}

export const platforms: readonly Platform[] = [
  {
    integrationKey: 'mqjo',
    clientId: 'sandbox-accounting',
    name: 'Accounting Sandbox',
    scope: 'accounting.read',
    permits: 'Read your books: accounts, invoices, bills and payments',
  },
  {
    integrationKey: 'bsbx',
    clientId: 'sandbox-banking',
    name: 'Banking Sandbox',
    scope: 'banking.read',
    permits: 'Read your bank accounts: balances and transactions',
  },
  {
    integrationKey: 'aiwb',
    clientId: 'sandbox-commerce',
    name: 'Commerce Sandbox',
    scope: 'commerce.read',
    permits: 'Read your shop: orders, products and payouts',
  },
];

const permitsOfEvery: Readonly<Record<string, string>> = {
  openid: 'Know which business you signed in as',
  offline_access: 'Keep this access until you revoke it, also while you are away',
};

/** The platform that a client of the provider belongs to. */
export function platformOf(clientId: unknown): Platform | undefined {
  return platforms.find((platform) => platform.clientId === clientId);
}

/** What scopes permit, in words. */
export function inWords(scopes: readonly string[]): string[] {
  const ofData = new Map(platforms.map(({ scope, permits }) => [scope, permits]));
  return scopes.map((scope) => ofData.get(scope) ?? permitsOfEvery[scope] ?? scope);
}
