import { invalidInput, type InvalidInput } from '../domain/refusal.ts';
import { ok, refuse, type Result } from '../domain/result.ts';
import type { CompanyProperty, ConnectionProperty, IntegrationProperty } from './properties.ts';

/** A list's order. */
export interface Order<Field> {
  readonly by: Field;
  readonly descending: boolean;
}

/** By which property a list is ordered for each name that an order may have. */
export type Sortable<Property> = Readonly<Record<string, Property>>;

// No record has a `modifiedDate`, but the API's own documents order these very lists by it in their examples, and code
// that follows them must run.

/** How companies can be ordered. */
export const companyOrders: Sortable<CompanyProperty> = {
  id: 'id',
  name: 'name',
  description: 'description',
  lastSync: 'lastSync',
  created: 'created',
  modifiedDate: 'created',
};

/** How connections can be ordered. */
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

/** How integrations can be ordered. */
export const integrationOrders: Sortable<IntegrationProperty> = {
  integrationId: 'integrationId',
  key: 'key',
  name: 'name',
  sourceId: 'sourceId',
  sourceType: 'sourceType',
  enabled: 'enabled',
  modifiedDate: 'name',
};

/** Reads an order: a name, in any case, after a `-` if the list is to be in descending order. */
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
      `must be one of ${Object.keys(sortable).join(', ')}, after a - for the descending order`,
    ),
  );
}
