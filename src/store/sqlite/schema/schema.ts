import { sql, type SQL } from 'drizzle-orm';
import {
  blob,
  check,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
  type AnySQLiteColumn,
} from 'drizzle-orm/sqlite-core';
import { apiKeyLimits, scopes } from '../../../domain/api-key.ts';
import { companyLimits } from '../../../domain/company.ts';
import { actorLimits, eventTypes } from '../../../domain/event.ts';
import type {
  ApiKeyId,
  AuthorizationId,
  CompanyId,
  ConnectionId,
  EventId,
  IntegrationId,
  RevocationId,
  SourceId,
} from '../../../domain/id.ts';
import { scopeLimits } from '../../../domain/granted-scopes.ts';
import { idempotencyLimits } from '../../../domain/idempotency.ts';
import { integrationLimits } from '../../../domain/integration.ts';
import { exclusiveSourceTypes, sourceTypes } from '../../../domain/source-type.ts';
import { connectionStatuses } from '../../../domain/status.ts';
import { noStatuses, statusSets } from './status-set.ts';

// The rules that SQLite checks by itself. Rules that a CHECK cannot express (status moves, events that never change,
// the search index) are in triggers, in the migrations that end in `rules`. A migration that rebuilds a table must
// create its triggers again.

function oneOf(column: AnySQLiteColumn, values: readonly string[]): SQL {
  return sql`${column} in (${sql.raw(values.map((value) => `'${value}'`).join(', '))})`;
}

function lengthBetween(column: AnySQLiteColumn, min: number, max: number): SQL {
  return sql`length(${column}) between ${sql.raw(String(min))} and ${sql.raw(String(max))}`;
}

function isStatusSet(column: AnySQLiteColumn): SQL {
  return sql`${column} between ${sql.raw(String(noStatuses))} and ${sql.raw(String(Math.max(...statusSets)))}`;
}

/** Returns the condition that an id has 36 characters, in lower case. */
function isId(column: AnySQLiteColumn): SQL {
  return sql`length(${column}) = 36 and ${column} = lower(${column})`;
}

export const companies = sqliteTable(
  'companies',
  {
    // The search index refers to a row by this number. VACUUM keeps it because it is declared.
    serial: integer().primaryKey({ autoIncrement: true }),
    id: text().$type<CompanyId>().notNull().unique(),
    name: text().notNull(),
    nameFolded: text('name_folded').notNull(),
    description: text(),
    created: integer().notNull(),
    deletedAt: integer('deleted_at'),
    // Maintained by triggers: see `status-set.ts`.
    statuses: integer().notNull().default(noStatuses),
  },
  (t) => [
    check('companies_id', isId(t.id)),
    check('companies_name', lengthBetween(t.name, 1, companyLimits.name)),
    check('companies_name_folded', sql`${t.nameFolded} <> ''`),
    check(
      'companies_description',
      sql`${t.description} is null or ${lengthBetween(t.description, 1, companyLimits.description)}`,
    ),
    check('companies_statuses', isStatusSet(t.statuses)),
    index('companies_by_created')
      .on(t.created, t.id)
      .where(sql`${t.deletedAt} is null`),
    index('companies_by_name')
      .on(t.nameFolded, t.id)
      .where(sql`${t.deletedAt} is null`),
    // The same two orders within each set of statuses.
    index('companies_by_statuses')
      .on(t.statuses, t.created, t.id)
      .where(sql`${t.deletedAt} is null`),
    index('companies_by_statuses_and_name')
      .on(t.statuses, t.nameFolded, t.id)
      .where(sql`${t.deletedAt} is null`),
  ],
);

/** The number of live companies for each set of statuses. Triggers maintain it. */
export const companyTotals = sqliteTable(
  'company_totals',
  {
    statuses: integer().primaryKey(),
    count: integer().notNull(),
  },
  (t) => [
    check('company_totals_statuses', isStatusSet(t.statuses)),
    check('company_totals_count', sql`${t.count} >= 0`),
  ],
);

export const companyTags = sqliteTable(
  'company_tags',
  {
    companyId: text('company_id')
      .$type<CompanyId>()
      .notNull()
      .references(() => companies.id, { onDelete: 'restrict' }),
    key: text().notNull(),
    value: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.companyId, t.key] }),
    check('company_tags_key', lengthBetween(t.key, 1, companyLimits.tagKey)),
    check('company_tags_value', lengthBetween(t.value, 0, companyLimits.tagValue)),
    index('company_tags_by_value').on(t.key, t.value, t.companyId),
  ],
);

export const integrations = sqliteTable(
  'integrations',
  {
    id: text().$type<IntegrationId>().primaryKey(),
    key: text().unique(),
    name: text().notNull(),
    sourceType: text('source_type', { enum: sourceTypes }).notNull(),
    sourceId: text('source_id').$type<SourceId>().notNull(),
    enabled: integer({ mode: 'boolean' }).notNull(),
  },
  (t) => [
    check('integrations_id', isId(t.id)),
    check(
      'integrations_key',
      sql`${t.key} is null or ${lengthBetween(t.key, 1, integrationLimits.key)}`,
    ),
    check('integrations_name', lengthBetween(t.name, 1, integrationLimits.name)),
    check('integrations_source_type', oneOf(t.sourceType, sourceTypes)),
    check('integrations_source_id', isId(t.sourceId)),
    check('integrations_enabled', sql`${t.enabled} in (0, 1)`),
  ],
);

/** Returns the condition that a row counts towards the one active connection of an exclusive source type. */
export function isActiveAndExclusive(t: {
  status: AnySQLiteColumn;
  deletedAt: AnySQLiteColumn;
  sourceType: AnySQLiteColumn;
}): SQL {
  return sql`${t.status} = 'Linked' and ${t.deletedAt} is null and ${oneOf(t.sourceType, exclusiveSourceTypes)}`;
}

/** The sort key of a connection that was never synced, in the order of `lastSync`. It is before every moment. */
export const neverSynced = Number.MIN_SAFE_INTEGER;

export const connections = sqliteTable(
  'connections',
  {
    id: text().$type<ConnectionId>().primaryKey(),
    companyId: text('company_id')
      .$type<CompanyId>()
      .notNull()
      .references(() => companies.id, { onDelete: 'restrict' }),
    integrationId: text('integration_id')
      .$type<IntegrationId>()
      .notNull()
      .references(() => integrations.id, { onDelete: 'restrict' }),
    sourceId: text('source_id').$type<SourceId>().notNull(),
    sourceType: text('source_type', { enum: sourceTypes }).notNull(),
    status: text({ enum: connectionStatuses }).notNull(),
    lastSync: integer('last_sync'),
    // The sort key of a page cannot be null.
    lastSyncOrder: integer('last_sync_order')
      .notNull()
      .generatedAlwaysAs(sql.raw(`coalesce(last_sync, ${neverSynced})`), { mode: 'virtual' }),
    created: integer().notNull(),
    deletedAt: integer('deleted_at'),
  },
  (t) => {
    const live = sql`${t.deletedAt} is null`;
    return [
      check('connections_id', isId(t.id)),
      check('connections_source_id', isId(t.sourceId)),
      check('connections_source_type', oneOf(t.sourceType, sourceTypes)),
      check('connections_status', oneOf(t.status, connectionStatuses)),
      uniqueIndex('connections_one_active')
        .on(t.companyId, t.sourceType)
        .where(isActiveAndExclusive(t)),
      index('connections_by_company').on(t.companyId, t.created, t.id).where(live),
      index('connections_summary').on(t.companyId, t.status, t.lastSync).where(live),
      // The orders of a list: of all connections, of one status and source type, and of one integration and status. A
      // filter by several values merges several of these, and finds rare records without reading the others. Each index
      // ends with the moment of another filter, so that rows which that filter leaves out need not be read.
      index('connections_by_created').on(t.created, t.id, t.lastSync).where(live),
      index('connections_by_kind')
        .on(t.status, t.sourceType, t.created, t.id, t.lastSync)
        .where(live),
      index('connections_by_integration')
        .on(t.integrationId, t.status, t.created, t.id, t.lastSync)
        .where(live),
      index('connections_by_last_sync').on(t.lastSyncOrder, t.id, t.created).where(live),
      index('connections_by_kind_and_last_sync')
        .on(t.status, t.sourceType, t.lastSyncOrder, t.id, t.created)
        .where(live),
      index('connections_by_integration_and_last_sync')
        .on(t.integrationId, t.status, t.lastSyncOrder, t.id, t.created)
        .where(live),
    ];
  },
);

/** The number of live connections for each integration, status and source type. Triggers maintain it. */
export const connectionTotals = sqliteTable(
  'connection_totals',
  {
    integrationId: text('integration_id')
      .$type<IntegrationId>()
      .notNull()
      .references(() => integrations.id, { onDelete: 'restrict' }),
    status: text({ enum: connectionStatuses }).notNull(),
    sourceType: text('source_type', { enum: sourceTypes }).notNull(),
    count: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.integrationId, t.status, t.sourceType] }),
    check('connection_totals_status', oneOf(t.status, connectionStatuses)),
    check('connection_totals_source_type', oneOf(t.sourceType, sourceTypes)),
    check('connection_totals_count', sql`${t.count} >= 0`),
  ],
);

export const events = sqliteTable(
  'events',
  {
    sequence: integer().primaryKey({ autoIncrement: true }),
    id: text().$type<EventId>().notNull().unique(),
    type: text({ enum: eventTypes }).notNull(),
    companyId: text('company_id')
      .$type<CompanyId>()
      .notNull()
      .references(() => companies.id, { onDelete: 'restrict' }),
    connectionId: text('connection_id')
      .$type<ConnectionId>()
      .references(() => connections.id, { onDelete: 'restrict' }),
    fromStatus: text('from_status', { enum: connectionStatuses }),
    toStatus: text('to_status', { enum: connectionStatuses }),
    actor: text().notNull(),
    reason: text(),
    at: integer().notNull(),
  },
  (t) => [
    check('events_id', isId(t.id)),
    check('events_type', oneOf(t.type, eventTypes)),
    check('events_subject', sql`(${t.type} like 'connection.%') = (${t.connectionId} is not null)`),
    check(
      'events_from_status',
      sql`${t.fromStatus} is null or ${oneOf(t.fromStatus, connectionStatuses)}`,
    ),
    check(
      'events_to_status',
      sql`${t.toStatus} is null or ${oneOf(t.toStatus, connectionStatuses)}`,
    ),
    check('events_actor', lengthBetween(t.actor, 1, actorLimits.length)),
    check('events_reason', sql`${t.reason} is null or ${lengthBetween(t.reason, 1, 1000)}`),
    index('events_by_connection').on(t.connectionId, t.sequence),
    // The row number, which is the sequence, ends every index.
    index('events_by_company').on(t.companyId),
    index('events_by_type').on(t.type),
    index('events_by_actor').on(t.actor),
    index('events_by_time').on(t.at),
  ],
);

export const apiKeys = sqliteTable(
  'api_keys',
  {
    id: text().$type<ApiKeyId>().primaryKey(),
    name: text().notNull(),
    scope: text({ enum: scopes }).notNull(),
    prefix: text().notNull().unique(),
    hash: blob({ mode: 'buffer' }).notNull(),
    created: integer().notNull(),
    expires: integer(),
    lastUsed: integer('last_used'),
    revoked: integer(),
  },
  (t) => [
    check('api_keys_id', isId(t.id)),
    check('api_keys_name', lengthBetween(t.name, 1, apiKeyLimits.name)),
    check('api_keys_scope', oneOf(t.scope, scopes)),
    check('api_keys_prefix', lengthBetween(t.prefix, 8, 8)),
    check('api_keys_hash', sql`length(${t.hash}) = 32`),
  ],
);

/** Responses to requests that a client may repeat. */
export const idempotentAnswers = sqliteTable(
  'idempotent_answers',
  {
    actor: text().notNull(),
    key: text().notNull(),
    request: blob({ mode: 'buffer' }).notNull(),
    /** Null if the response was too large to keep. */
    answer: text(),
    at: integer().notNull(),
    /** About how much of the file the row takes, with its indexes. */
    bytes: integer()
      .notNull()
      .generatedAlwaysAs(sql.raw('200 + length("key") + coalesce(octet_length("answer"), 0)'), {
        mode: 'virtual',
      }),
  },
  (t) => [
    primaryKey({ columns: [t.actor, t.key] }),
    check('idempotent_answers_key', lengthBetween(t.key, 1, 255)),
    check('idempotent_answers_request', sql`length(${t.request}) = 32`),
    check(
      'idempotent_answers_answer',
      sql`octet_length(${t.answer}) <= ${sql.raw(String(idempotencyLimits.answerBytes))}`,
    ),
    index('idempotent_answers_by_age').on(t.at),
  ],
);

/** How much the stored responses of each caller take. Triggers keep it. */
export const idempotentAnswerTotals = sqliteTable(
  'idempotent_answer_totals',
  {
    actor: text().primaryKey(),
    bytes: integer().notNull(),
  },
  (t) => [check('idempotent_answer_totals_bytes', sql`${t.bytes} >= 0`)],
);

function isHash(column: AnySQLiteColumn): SQL {
  return sql`length(${column}) = 32`;
}

const companyReference = () =>
  text('company_id')
    .$type<CompanyId>()
    .notNull()
    .references(() => companies.id, { onDelete: 'restrict' });

const connectionReference = () =>
  text('connection_id')
    .$type<ConnectionId>()
    .references(() => connections.id, { onDelete: 'restrict' });

/** Permissions to link, which link URLs carry, stored by the hashes of their codes. */
export const links = sqliteTable(
  'links',
  {
    hash: blob({ mode: 'buffer' }).primaryKey(),
    companyId: companyReference(),
    connectionId: connectionReference(),
    allowDifferentAccount: integer('allow_different_account', { mode: 'boolean' }).notNull(),
    expires: integer().notNull(),
    browser: blob({ mode: 'buffer' }),
    usableUntil: integer('usable_until'),
    redirectUrl: text('redirect_url'),
  },
  (t) => [
    check('links_hash', isHash(t.hash)),
    check('links_browser', sql`${t.browser} is null or ${isHash(t.browser)}`),
    index('links_by_expires').on(t.expires),
    index('links_by_usable_until')
      .on(t.usableUntil)
      .where(sql`${t.usableUntil} is not null`),
    index('links_by_browser')
      .on(t.companyId, t.browser)
      .where(sql`${t.browser} is not null`),
  ],
);

/** Indexes that were dropped for a load and are still to be created again. */
export const postponedIndexes = sqliteTable('postponed_indexes', {
  name: text().primaryKey(),
});

/** Attempts to authorize a connection. */
export const authorizations = sqliteTable(
  'authorizations',
  {
    id: text().$type<AuthorizationId>().primaryKey(),
    stateHash: blob('state_hash', { mode: 'buffer' }).notNull().unique(),
    companyId: companyReference(),
    connectionId: connectionReference().notNull(),
    browser: blob({ mode: 'buffer' }).notNull(),
    allowDifferentAccount: integer('allow_different_account', { mode: 'boolean' }).notNull(),
    keyId: text('key_id').notNull(),
    secrets: text().notNull(),
    expires: integer().notNull(),
    answered: integer(),
    statusCode: integer('status_code'),
    message: text(),
    statusText: text('status_text'),
    redirectUrl: text('redirect_url'),
    /** JSON object of texts by name; null if there are none. */
    parameters: text({ mode: 'json' }).$type<Readonly<Record<string, string>>>(),
  },
  (t) => [
    check('authorizations_id', isId(t.id)),
    check('authorizations_state_hash', isHash(t.stateHash)),
    check('authorizations_browser', isHash(t.browser)),
    check('authorizations_ended', sql`${t.statusCode} is null or ${t.answered} is not null`),
    index('authorizations_by_expires').on(t.expires),
    index('authorizations_by_key').on(t.keyId),
  ],
);

/**
 * The sealed credentials of Linked connections, and the state of their renewal. Those of a Deauthorized connection are
 * kept for some days if `keptUntil` is set.
 */
export const credentials = sqliteTable(
  'credentials',
  {
    connectionId: connectionReference().primaryKey(),
    version: integer().notNull(),
    keyId: text('key_id').notNull(),
    jwe: text().notNull(),
    expires: integer(),
    renewAt: integer('renew_at'),
    failures: integer().notNull(),
    failingSince: integer('failing_since'),
    failure: text(),
    obtained: integer(),
    scheduled: integer(),
    refusedAt: integer('refused_at'),
    keptUntil: integer('kept_until'),
    leaseOwner: text('lease_owner'),
    leaseUntil: integer('lease_until'),
  },
  (t) => [
    check('credentials_failures', sql`${t.failures} >= 0`),
    check('credentials_lease', sql`(${t.leaseOwner} is null) = (${t.leaseUntil} is null)`),
    index('credentials_due')
      .on(t.renewAt)
      .where(sql`${t.renewAt} is not null`),
    index('credentials_by_scheduled')
      .on(t.scheduled)
      .where(sql`${t.renewAt} is not null`),
    index('credentials_by_key').on(t.keyId),
  ],
);

/** The account at the platform that a connection was linked to last. It stays when the credentials are erased. */
export const providerAccounts = sqliteTable(
  'provider_accounts',
  {
    connectionId: connectionReference().primaryKey(),
    account: text().notNull(),
  },
  (t) => [check('provider_accounts_account', lengthBetween(t.account, 1, 255))],
);

/** The scopes that the platform granted a connection last. A trigger deletes them with the connection. */
export const grantedScopes = sqliteTable(
  'granted_scopes',
  {
    connectionId: connectionReference().primaryKey(),
    /** JSON array of texts. */
    scopes: text({ mode: 'json' }).$type<readonly string[]>().notNull(),
  },
  (t) => [
    check(
      'granted_scopes_scopes',
      // Each scope has quotes around it and a comma behind it.
      sql`json_array_length(${t.scopes}) <= ${sql.raw(String(scopeLimits.scopes))} and length(${t.scopes}) <= ${sql.raw(String(scopeLimits.text + 3 * scopeLimits.scopes))}`,
    ),
  ],
);

/** Credentials that were erased and must still be revoked at their platform. */
export const revocations = sqliteTable(
  'revocations',
  {
    id: text().$type<RevocationId>().primaryKey(),
    connectionId: connectionReference().notNull(),
    keyId: text('key_id').notNull(),
    jwe: text().notNull(),
    queued: integer().notNull(),
    next: integer().notNull(),
    scheduled: integer(),
    failures: integer().notNull(),
    leaseOwner: text('lease_owner'),
    leaseUntil: integer('lease_until'),
  },
  (t) => [
    check('revocations_id', isId(t.id)),
    check('revocations_failures', sql`${t.failures} >= 0`),
    check('revocations_lease', sql`(${t.leaseOwner} is null) = (${t.leaseUntil} is null)`),
    index('revocations_due').on(t.next),
    index('revocations_by_scheduled').on(t.scheduled),
    index('revocations_by_key').on(t.keyId),
  ],
);
