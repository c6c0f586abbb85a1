/** What kind of source an integration reads from (`sourceType` in the Codat platform API). */
export const sourceTypes = [
  'Accounting',
  'Banking',
  'BankFeed',
  'Commerce',
  'Expense',
  'Other',
  'Unknown',
] as const;

/** What kind of source an integration reads from. */
export type SourceType = (typeof sourceTypes)[number];

/** The source types of which a company has at most one active connection; of the others it has any number. */
export const exclusiveSourceTypes = ['Accounting', 'BankFeed'] as const satisfies SourceType[];

/** Whether a company has at most one active connection of this source type. */
export function isExclusive(sourceType: SourceType): boolean {
  return (exclusiveSourceTypes as readonly SourceType[]).includes(sourceType);
}
