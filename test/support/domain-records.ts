import type { Company } from '../../src/domain/company.ts';
import type { Connection } from '../../src/domain/connection.ts';
import type { Cause } from '../../src/domain/event.ts';
import { newId } from '../../src/domain/id.ts';
import type { Integration } from '../../src/domain/integration.ts';
import type { Store } from '../../src/store/store.ts';

/** The default time of everything. */
export const newYear = Date.UTC(2024, 0, 1);

/** The default cause of changes. */
export const cause: Cause = { actor: 'a test', at: newYear };

/** Makes a company as a domain object. Everything has a default. */
export function aCompany(given: Partial<Company> = {}): Company {
  return { id: newId(), name: 'Acme Trading Ltd', description: null, created: newYear, ...given };
}

/** Makes an integration as a domain object. Everything has a default. */
export function anIntegration(given: Partial<Integration> = {}): Integration {
  return {
    id: newId(),
    key: null,
    name: 'A platform',
    sourceType: 'Accounting',
    sourceId: newId(),
    enabled: true,
    ...given,
  };
}

/** Makes a Linked connection as a domain object. Everything has a default; the default ids refer to no records. */
function aConnection(given: Partial<Connection> = {}): Connection {
  return {
    id: newId(),
    companyId: newId(),
    integrationId: newId(),
    sourceId: newId(),
    sourceType: 'Accounting',
    status: 'Linked',
    lastSync: null,
    created: newYear,
    ...given,
  };
}

/** Adds a company. */
export async function addCompany(store: Store, given: Partial<Company> = {}): Promise<Company> {
  const company = aCompany(given);
  await store.transact((tx) => tx.companies.create(company, [], cause));
  return company;
}

/** Adds a connection. Creates its company and integration unless they are given. */
export async function addConnection(
  store: Store,
  given: Partial<Connection> = {},
): Promise<Connection> {
  const companyId = given.companyId ?? (await addCompany(store)).id;
  const integration = anIntegration();
  const connection = aConnection({ integrationId: integration.id, ...given, companyId });
  await store.transact(async (tx) => {
    if (given.integrationId === undefined) await tx.integrations.create(integration);
    await tx.connections.create(connection, cause);
  });
  return connection;
}
