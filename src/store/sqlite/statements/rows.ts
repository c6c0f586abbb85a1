import type { ApiKey } from '../../../domain/api-key.ts';
import type { Company } from '../../../domain/company.ts';
import type { Connection } from '../../../domain/connection.ts';
import type { Integration } from '../../../domain/integration.ts';
import type { StoredApiKey } from '../../api-keys.ts';

// From rows to records, for what is read most. Written out, since an object whose properties are known when the code is
// compiled is made several times as fast. The columns come in the order of `companyFields` and so on.

/** The columns of a company. */
export type CompanyRow = readonly [
  Company['id'],
  Company['name'],
  Company['description'],
  Company['created'],
];

/** Makes a company of its columns. */
export function toCompany([id, name, description, created]: CompanyRow): Company {
  return { id, name, description, created };
}

/** The columns of a connection. */
export type ConnectionRow = readonly [
  Connection['id'],
  Connection['companyId'],
  Connection['integrationId'],
  Connection['sourceId'],
  Connection['sourceType'],
  Connection['status'],
  Connection['lastSync'],
  Connection['created'],
];

/** Makes a connection of its columns. */
export function toConnection(row: ConnectionRow): Connection {
  const [id, companyId, integrationId, sourceId, sourceType, status, lastSync, created] = row;
  return { id, companyId, integrationId, sourceId, sourceType, status, lastSync, created };
}

/** The columns of an integration. */
export type IntegrationRow = readonly [
  Integration['id'],
  Integration['key'],
  Integration['name'],
  Integration['sourceType'],
  Integration['sourceId'],
  0 | 1,
];

/** Makes an integration of its columns. */
export function toIntegration(row: IntegrationRow): Integration {
  const [id, key, name, sourceType, sourceId, enabled] = row;
  return { id, key, name, sourceType, sourceId, enabled: enabled === 1 };
}

/** The columns of an API key, and its hash. */
export type ApiKeyRow = readonly [
  ApiKey['id'],
  ApiKey['name'],
  ApiKey['scope'],
  ApiKey['prefix'],
  ApiKey['created'],
  ApiKey['expires'],
  ApiKey['lastUsed'],
  ApiKey['revoked'],
  StoredApiKey['hash'],
];

/** Makes an API key of its columns. */
export function toStoredApiKey(row: ApiKeyRow): StoredApiKey {
  const [id, name, scope, prefix, created, expires, lastUsed, revoked, hash] = row;
  return { apiKey: { id, name, scope, prefix, created, expires, lastUsed, revoked }, hash };
}
