import type { ApiKey } from '../../../domain/api-key.ts';
import type { Company } from '../../../domain/company.ts';
import type { Connection } from '../../../domain/connection.ts';
import type { Integration } from '../../../domain/integration.ts';
import type { StoredApiKey } from '../../api-keys.ts';

// Converts rows to records, for the most frequent reads. Written out, since objects whose properties are fixed in the
// code are created several times as fast. The columns have the order of `companyFields` and so on.

/** The columns of a company. */
export type CompanyRow = readonly [
  Company['id'],
  Company['name'],
  Company['description'],
  Company['created'],
];

/** Converts the columns to a company. */
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

/** Converts the columns to a connection. */
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

/** Converts the columns to an integration. */
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

/** Converts the columns to an API key. */
export function toStoredApiKey(row: ApiKeyRow): StoredApiKey {
  const [id, name, scope, prefix, created, expires, lastUsed, revoked, hash] = row;
  return { apiKey: { id, name, scope, prefix, created, expires, lastUsed, revoked }, hash };
}
