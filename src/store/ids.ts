import type { CompanyId } from '../domain/id.ts';

/** What an id names, deleted records included. */
export interface IdUse {
  readonly kind: 'company' | 'connection' | 'integration';
  /** The company that a connection is of. */
  readonly companyId: CompanyId | null;
  readonly deleted: boolean;
}

/** Tells what ids name, whatever kind of record that is. */
export interface Ids {
  /** What each of these ids names so far; an id that names nothing is left out. */
  uses(ids: readonly string[]): Promise<Map<string, IdUse>>;
}
