import { and, eq, lt, sql } from 'drizzle-orm';
import type { drizzle } from 'drizzle-orm/better-sqlite3';
import type { Instant } from '../../domain/instant.ts';
import type { IdempotentAnswer, IdempotentAnswers } from '../idempotent-answers.ts';
import { onFirstUse } from './statements/first-use.ts';
import { idempotentAnswers } from './schema/schema.ts';

/** Stores responses, within a transaction. */
export class SqliteIdempotentAnswers implements IdempotentAnswers {
  readonly #statements: ReturnType<typeof prepare>;

  constructor(db: ReturnType<typeof drizzle>) {
    this.#statements = prepare(db);
  }

  async find(actor: string, key: string) {
    return this.#statements.find.get({ actor, key });
  }

  async keep(answer: IdempotentAnswer) {
    this.#statements.keep.run({ ...answer });
  }

  async forget(before: Instant) {
    this.#statements.forget.run({ before });
  }
}

function prepare(db: ReturnType<typeof drizzle>) {
  const given = sql.placeholder;
  return onFirstUse({
    find: () =>
      db
        .select()
        .from(idempotentAnswers)
        .where(
          and(eq(idempotentAnswers.actor, given('actor')), eq(idempotentAnswers.key, given('key'))),
        )
        .prepare(),
    keep: () =>
      db
        .insert(idempotentAnswers)
        .values({
          actor: given('actor'),
          key: given('key'),
          request: given('request'),
          answer: given('answer'),
          at: given('at'),
        })
        .prepare(),
    forget: () =>
      db
        .delete(idempotentAnswers)
        .where(lt(idempotentAnswers.at, given('before')))
        .prepare(),
  });
}
