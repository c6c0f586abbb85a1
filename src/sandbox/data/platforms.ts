/** A platform that the sandbox stands in for. */
export interface Platform {
  /** The key of its integration in the gateway. */
  readonly integrationKey: string;
  readonly clientId: string;
  /**
   * The secret of its client, if it is published. The gateway does not know such a platform by itself: operators describe
   * it, to try that out. Other secrets are generated.
   */
  readonly publishedSecret?: string;
  readonly name: string;
  /** The scope that gives access to its data. */
  readonly scope: string;
  /** A description of what the scope permits. */
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
  {
    integrationKey: 'example',
    clientId: 'sandbox-example',
    publishedSecret: 'sandbox-example-secret',
    name: 'Example Books',
    scope: 'example.read',
    permits: 'Read your books: accounts, invoices, bills and payments',
  },
];

const permitsOf: ReadonlyMap<string, string> = new Map([
  ['openid', 'Know which business you signed in as'],
  ['offline_access', 'Keep this access until you revoke it, also while you are away'],
  ...platforms.map(({ scope, permits }) => [scope, permits] as const),
]);

/** Whether the gateway links the integration with this key at the sandbox by itself. */
export function isOfSandbox(integrationKey: string): boolean {
  return platforms.some(
    (it) => it.integrationKey === integrationKey && it.publishedSecret === undefined,
  );
}

/** Returns the platform of a client of the provider. */
export function platformOf(clientId: unknown): Platform | undefined {
  return platforms.find((platform) => platform.clientId === clientId);
}

/** Returns descriptions of what scopes permit. */
export function inWords(scopes: readonly string[]): string[] {
  return scopes.map((scope) => permitsOf.get(scope) ?? scope);
}
