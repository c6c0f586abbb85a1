/** The kinds of source that integrations read from (`sourceType` in the Codat platform API). */
export const sourceTypes = [
  'Accounting',
  'Banking',
  'BankFeed',
  'Commerce',
  'Expense',
  'Other',
  'Unknown',
] as const;

/** The kind of source that an integration reads from. */
export type SourceType = (typeof sourceTypes)[number];

/** The source types that allow a company one active connection at most. The others allow any number. */
export const exclusiveSourceTypes = ['Accounting', 'BankFeed'] as const satisfies SourceType[];

/** Reports whether a company can have at most one active connection of this source type. */
export function isExclusive(sourceType: SourceType): boolean {
  return (exclusiveSourceTypes as readonly SourceType[]).includes(sourceType);
}
