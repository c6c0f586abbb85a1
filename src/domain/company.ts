import type { CompanyId } from './id.ts';
import type { Instant } from './instant.ts';

/** A business that shares its data with you; typically one of your customers. */
export interface Company {
  readonly id: CompanyId;
  readonly name: string;
  readonly description: string | null;
  readonly created: Instant;
}

/** A piece of your own data that you store with a company, such as its number in your system. */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** The maximum lengths of a company's texts, in characters (Unicode code points), and its maximum number of tags. */
export const companyLimits = {
  name: 200,
  description: 4000,
  tags: 10,
  tagKey: 27,
  tagValue: 100,
} as const;
