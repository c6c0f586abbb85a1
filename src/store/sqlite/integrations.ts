import type Database from 'better-sqlite3';
import { and, asc, eq, sql } from 'drizzle-orm';
import type { drizzle } from 'drizzle-orm/better-sqlite3';
import type { IntegrationId } from '../../domain/id.ts';
import type { Integration } from '../../domain/integration.ts';
import type { IntegrationFilter, IntegrationReader, IntegrationWriter } from '../integrations.ts';
import type { Calls } from '../calls.ts';
import { onFirstUse } from './statements/first-use.ts';
import { IdStatement } from './statements/id-statement.ts';
import { ifGiven, jsonList } from './statements/sql.ts';
import type { KnownIntegrations } from './sharing/known-integrations.ts';
import { integrationFields } from './matching/matching.ts';
import { ListedNoun } from './noun.ts';
import { toIntegration } from './statements/rows.ts';
import { integrations } from './schema/schema.ts';
import type { ListArguments, ListReader } from './threads/lists.ts';

type Statements = ReturnType<typeof prepareIntegrations>;

/** Reads integrations. */
export class SqliteIntegrations extends ListedNoun<Statements> implements IntegrationReader {
  byIds(ids: readonly IntegrationId[]) {
    return this.calls.run('integrationsByIds', () => this.#byIds(ids), ids.length);
  }

  all({ key, sourceType, enabled }: IntegrationFilter) {
    const given = {
      key: key ?? null,
      sourceType: sourceType ? JSON.stringify(sourceType) : null,
      enabled: enabled === undefined ? null : Number(enabled),
    };
    return this.calls.run('integrations', () => this.statements.all.all(given));
  }

  matching(...list: ListArguments<'matchingIntegrations'>) {
    return this.list('matchingIntegrations', ...list);
  }

  #byIds(ids: readonly IntegrationId[]) {
    const found = this.statements.byIds.all(ids);
    this.statements.known?.add(found);
    return found;
  }
}

/** Changes integrations, within a transaction. */
export class SqliteIntegrationWriter extends SqliteIntegrations implements IntegrationWriter {
  readonly #write: ReturnType<typeof prepareIntegrationChanges>;

  constructor(
    statements: Statements,
    write: ReturnType<typeof prepareIntegrationChanges>,
    calls: Calls,
  ) {
    super(statements, calls);
    this.#write = write;
  }

  async create(integration: Integration) {
    this.#write.create.run({ ...integration, enabled: Number(integration.enabled) });
  }

  async setKey(id: IntegrationId, key: string) {
    this.#write.setKey.run({ id, key });
  }

  async enable(id: IntegrationId, name: string) {
    this.#write.enable.run({ id, name });
  }
}

/** Prepares the statements that read integrations. `known`, if given, caches the integrations that were read. */
export function prepareIntegrations(
  connection: Database.Database,
  db: ReturnType<typeof drizzle>,
  lists: ListReader,
  known: KnownIntegrations | undefined,
) {
  return onFirstUse({
    known: () => known,
    lists: () => lists,
    byIds: () =>
      new IdStatement(
        connection,
        integrations.id,
        (isWanted) => db.select(integrationFields).from(integrations).where(isWanted),
        toIntegration,
      ),
    all: () =>
      db
        .select(integrationFields)
        .from(integrations)
        .where(
          and(
            ifGiven('key', eq(integrations.key, sql.placeholder('key'))),
            ifGiven('sourceType', sql`${integrations.sourceType} in ${jsonList('sourceType')}`),
            ifGiven('enabled', sql`${integrations.enabled} = ${sql.placeholder('enabled')}`),
          ),
        )
        .orderBy(asc(integrations.name), asc(integrations.id))
        .prepare(),
  });
}

/** Prepares the statements that change integrations. */
export function prepareIntegrationChanges(db: ReturnType<typeof drizzle>) {
  const given = sql.placeholder;
  return onFirstUse({
    create: () =>
      db
        .insert(integrations)
        .values({
          id: given('id'),
          key: given('key'),
          name: given('name'),
          sourceType: given('sourceType'),
          sourceId: given('sourceId'),
          enabled: sql`${given('enabled')}`,
        })
        .prepare(),
    setKey: () =>
      db
        .update(integrations)
        .set({ key: sql`${given('key')}` })
        .where(eq(integrations.id, given('id')))
        .prepare(),
    enable: () =>
      db
        .update(integrations)
        .set({ name: sql`${given('name')}`, enabled: true })
        .where(eq(integrations.id, given('id')))
        .prepare(),
  });
}
