import type { CompanyId } from '../domain/id.ts';

/** The record that an id names, which may be deleted. */
export interface IdUse {
  readonly kind: 'company' | 'connection' | 'integration';
  /** The company of a connection; `null` for other kinds. */
  readonly companyId: CompanyId | null;
  readonly deleted: boolean;
}

/** Finds records of every kind by id. */
export interface Ids {
  /** Returns the record that each id names. Ids that name nothing are left out. */
  uses(ids: readonly string[]): Promise<Map<string, IdUse>>;
}
