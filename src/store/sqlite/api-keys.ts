import type Database from 'better-sqlite3';
import { and, asc, eq, gt, inArray, isNull, sql } from 'drizzle-orm';
import type { drizzle } from 'drizzle-orm/better-sqlite3';
import type { ApiKeyId } from '../../domain/id.ts';
import type { Instant } from '../../domain/instant.ts';
import type { ApiKeyReader, ApiKeyWriter, StoredApiKey } from '../api-keys.ts';
import type { Calls } from '../calls.ts';
import { onFirstUse } from './statements/first-use.ts';
import { Noun } from './noun.ts';
import { RowStatement } from './statements/row-statement.ts';
import { toStoredApiKey } from './statements/rows.ts';
import { apiKeys } from './schema/schema.ts';

type Statements = ReturnType<typeof prepareApiKeys>;

/** Reads API keys. */
export class SqliteApiKeys extends Noun<Statements> implements ApiKeyReader {
  all() {
    return this.calls.run('apiKeys', () => this.statements.all.all());
  }

  byPrefix(prefix: string) {
    return this.calls.run('apiKeyByPrefix', () => this.statements.byPrefix.all({ prefix })[0]);
  }

  any() {
    return this.calls.run('anyApiKey', () => this.statements.any.get() !== undefined);
  }
}

/** Changes API keys, within a transaction. */
export class SqliteApiKeyWriter extends SqliteApiKeys implements ApiKeyWriter {
  readonly #write: ReturnType<typeof prepareApiKeyChanges>;

  constructor(
    statements: Statements,
    write: ReturnType<typeof prepareApiKeyChanges>,
    calls: Calls,
  ) {
    super(statements, calls);
    this.#write = write;
  }

  async create({ apiKey, hash }: StoredApiKey) {
    this.#write.create.run({ ...apiKey, hash });
  }

  async revoke(id: ApiKeyId, at: Instant) {
    return this.#write.revoke.get({ id, at });
  }

  async correct(latest: Instant, limit: number) {
    return this.#write.correct.run({ latest, limit }).changes < limit;
  }

  async setUsed(id: ApiKeyId, at: Instant) {
    this.#write.setUsed.run({ id, at });
  }
}

/** The columns of an API key, with their names in the domain. */
const apiKeyFields = {
  id: apiKeys.id,
  name: apiKeys.name,
  scope: apiKeys.scope,
  prefix: apiKeys.prefix,
  created: apiKeys.created,
  expires: apiKeys.expires,
  lastUsed: apiKeys.lastUsed,
  revoked: apiKeys.revoked,
};

/** Prepares the statements that read API keys. */
export function prepareApiKeys(connection: Database.Database, db: ReturnType<typeof drizzle>) {
  return onFirstUse({
    all: () =>
      db
        .select(apiKeyFields)
        .from(apiKeys)
        .orderBy(asc(apiKeys.created), asc(apiKeys.id))
        .prepare(),
    byPrefix: () =>
      new RowStatement(
        connection,
        db
          .select({ ...apiKeyFields, hash: apiKeys.hash })
          .from(apiKeys)
          .where(eq(apiKeys.prefix, sql.placeholder('prefix'))),
        toStoredApiKey,
      ),
    any: () => db.select({ id: apiKeys.id }).from(apiKeys).limit(1).prepare(),
  });
}

/** Prepares the statements that change API keys. */
export function prepareApiKeyChanges(db: ReturnType<typeof drizzle>) {
  const given = sql.placeholder;
  return onFirstUse({
    create: () =>
      db
        .insert(apiKeys)
        .values({
          id: given('id'),
          name: given('name'),
          scope: given('scope'),
          prefix: given('prefix'),
          hash: given('hash'),
          created: given('created'),
          expires: given('expires'),
        })
        .prepare(),
    revoke: () =>
      db
        .update(apiKeys)
        .set({ revoked: sql`${given('at')}` })
        .where(and(eq(apiKeys.id, given('id')), isNull(apiKeys.revoked)))
        .returning(apiKeyFields)
        .prepare(),
    correct: () =>
      db
        .update(apiKeys)
        .set({ lastUsed: sql`${given('latest')}` })
        .where(
          inArray(
            apiKeys.id,
            db
              .select({ id: apiKeys.id })
              .from(apiKeys)
              .where(gt(apiKeys.lastUsed, given('latest')))
              .limit(given('limit')),
          ),
        )
        .prepare(),
    setUsed: () =>
      db
        .update(apiKeys)
        .set({ lastUsed: sql`${given('at')}` })
        .where(eq(apiKeys.id, given('id')))
        .prepare(),
  });
}
