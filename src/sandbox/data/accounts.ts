/** A business that a user can sign in as. */
export interface DemoAccount {
  /** Its subject identifier, which never changes. */
  readonly id: string;
  readonly name: string;
  readonly trade: string;
  readonly organisationId: string;
}

export const demoAccounts: readonly DemoAccount[] = [
  {
    id: 'sandbox-hart-and-sons',
    name: 'Hart & Sons Bakery',
    trade: 'A bakery with three shops',
    organisationId: '5f0c9f0e-3d0b-4c9e-9a55-0d2c4e5a7b01',
  },
  {
    id: 'sandbox-meridian-cycles',
    name: 'Meridian Cycles',
    trade: 'Bicycles, repaired and sold online',
    organisationId: '8d1a6c42-7be3-4f0a-8b6f-2f1e9c3d5a02',
  },
  {
    id: 'sandbox-lindstroem',
    name: 'Lindström Design Studio',
    trade: 'A design studio of two',
    organisationId: 'c3e7b9d4-1f58-4a26-9d7c-6b0a8e2f4c03',
  },
];

/** Returns the demo account with this id, if there is one. */
export function demoAccount(id: unknown): DemoAccount | undefined {
  return demoAccounts.find((account) => account.id === id);
}
