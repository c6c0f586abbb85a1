import { invalidInput, type InvalidInput } from '../domain/refusal.ts';
import { ok, refuse, type Result } from '../domain/result.ts';
import type { CompanyProperty, ConnectionProperty, IntegrationProperty } from './properties.ts';

/** The sort order of a list. */
export interface Order<Field> {
  readonly by: Field;
  readonly descending: boolean;
}

/** The names that `orderBy` accepts, each with the property that it sorts by. */
export type Sortable<Property> = Readonly<Record<string, Property>>;

// No record has a `modifiedDate`, but examples in the API's own documentation sort these lists by it, and code that
// follows the examples must run.

/** The sort orders of a list of companies. */
export const companyOrders: Sortable<CompanyProperty> = {
  id: 'id',
  name: 'name',
  description: 'description',
  lastSync: 'lastSync',
  created: 'created',
  modifiedDate: 'created',
};

/** The sort orders of a list of connections. */
export const connectionOrders: Sortable<ConnectionProperty> = {
  id: 'id',
  integrationId: 'integrationId',
  integrationKey: 'integrationKey',
  sourceId: 'sourceId',
  sourceType: 'sourceType',
  platformName: 'platformName',
  status: 'status',
  lastSync: 'lastSync',
  created: 'created',
  modifiedDate: 'created',
};

/** The sort orders of a list of integrations. */
export const integrationOrders: Sortable<IntegrationProperty> = {
  integrationId: 'integrationId',
  key: 'key',
  name: 'name',
  sourceId: 'sourceId',
  sourceType: 'sourceType',
  enabled: 'enabled',
  modifiedDate: 'name',
};

/** Parses a sort order: a name, in any case, with a `-` before it for descending order. */
export function parseOrder<Property>(
  text: string,
  sortable: Sortable<Property>,
): Result<Order<Property>, InvalidInput> {
  const wanted = text.trim();
  const descending = wanted.startsWith('-');
  const name = wanted.slice(descending ? 1 : 0).toLowerCase();
  for (const [known, by] of Object.entries(sortable)) {
    if (known.toLowerCase() === name) return ok({ by, descending });
  }
  return refuse(
    invalidInput(
      'orderBy',
      `must be one of ${Object.keys(sortable).join(', ')}, with a - in front for descending order`,
    ),
  );
}
