import { and, eq, gt, inArray, lt, sql } from 'drizzle-orm';
import type { drizzle } from 'drizzle-orm/better-sqlite3';
import type { Instant } from '../../domain/instant.ts';
import type { IdempotentAnswer, IdempotentAnswers } from '../idempotent-answers.ts';
import { onFirstUse } from './statements/first-use.ts';
import { idempotentAnswers, idempotentAnswerTotals } from './schema/schema.ts';

/** Stores responses, within a transaction. */
export class SqliteIdempotentAnswers implements IdempotentAnswers {
  readonly #statements: ReturnType<typeof prepare>;

  constructor(db: ReturnType<typeof drizzle>) {
    this.#statements = prepare(db);
  }

  async find(actor: string, key: string) {
    return this.#statements.find.get({ actor, key });
  }

  async bytesOf(actor: string) {
    return this.#statements.bytesOf.get({ actor })?.bytes ?? 0;
  }

  async keep(answer: IdempotentAnswer) {
    this.#statements.keep.run({ ...answer });
  }

  async remove(actor: string, key: string) {
    this.#statements.remove.run({ actor, key });
  }

  async correct(latest: Instant, limit: number) {
    return this.#statements.correct.run({ latest, limit }).changes < limit;
  }

  async forget(before: Instant, limit: number) {
    return this.#statements.forget.run({ before, limit }).changes < limit;
  }
}

function prepare(db: ReturnType<typeof drizzle>) {
  const given = sql.placeholder;
  const isAsked = and(
    eq(idempotentAnswers.actor, given('actor')),
    eq(idempotentAnswers.key, given('key')),
  );
  const rowId = sql`rowid`;
  return onFirstUse({
    find: () =>
      db
        .select({
          actor: idempotentAnswers.actor,
          key: idempotentAnswers.key,
          request: idempotentAnswers.request,
          answer: idempotentAnswers.answer,
          at: idempotentAnswers.at,
        })
        .from(idempotentAnswers)
        .where(isAsked)
        .prepare(),
    bytesOf: () =>
      db
        .select({ bytes: idempotentAnswerTotals.bytes })
        .from(idempotentAnswerTotals)
        .where(eq(idempotentAnswerTotals.actor, given('actor')))
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
    remove: () => db.delete(idempotentAnswers).where(isAsked).prepare(),
    correct: () =>
      db
        .update(idempotentAnswers)
        .set({ at: sql`${given('latest')}` })
        .where(
          inArray(
            rowId,
            db
              .select({ id: rowId })
              .from(idempotentAnswers)
              .where(gt(idempotentAnswers.at, given('latest')))
              .limit(given('limit')),
          ),
        )
        .prepare(),
    forget: () =>
      db
        .delete(idempotentAnswers)
        .where(
          inArray(
            rowId,
            db
              .select({ id: rowId })
              .from(idempotentAnswers)
              .where(lt(idempotentAnswers.at, given('before')))
              .limit(given('limit')),
          ),
        )
        .prepare(),
  });
}
