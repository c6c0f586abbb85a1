import { and, eq, gt, inArray, isNull, lt, sql } from 'drizzle-orm';
import type { drizzle } from 'drizzle-orm/better-sqlite3';
import type { AuthorizationId } from '../../domain/id.ts';
import type { Instant } from '../../domain/instant.ts';
import type {
  Authorization,
  AuthorizationOutcome,
  AuthorizationReader,
  AuthorizationWriter,
  NewAuthorization,
} from '../authorizations.ts';
import type { Calls } from '../calls.ts';
import { onFirstUse } from './statements/first-use.ts';
import { Noun } from './noun.ts';
import { authorizations } from './schema/schema.ts';

type Statements = ReturnType<typeof prepareAuthorizations>;

/** Reads authorizations. */
export class SqliteAuthorizations extends Noun<Statements> implements AuthorizationReader {
  byId(id: AuthorizationId): Promise<Authorization | undefined> {
    return this.calls.run('authorizationById', () => {
      const row = this.statements.byId.get({ id });
      return row && toAuthorization(row);
    });
  }

  isAwaited(stateHash: Buffer, browser: Buffer, now: Instant): Promise<boolean> {
    return this.calls.run(
      'authorizationAwaited',
      () => this.statements.awaited.get({ stateHash, browser, now }) !== undefined,
    );
  }

  ofState(stateHash: Buffer, browser: Buffer): Promise<Authorization | undefined> {
    return this.calls.run('authorizationOfState', () => {
      const row = this.statements.ofState.get({ stateHash, browser });
      return row && toAuthorization(row);
    });
  }
}

/** Changes authorizations, within a transaction. */
export class SqliteAuthorizationWriter extends SqliteAuthorizations implements AuthorizationWriter {
  readonly #write: ReturnType<typeof prepareAuthorizationChanges>;

  constructor(
    statements: Statements,
    write: ReturnType<typeof prepareAuthorizationChanges>,
    calls: Calls,
  ) {
    super(statements, calls);
    this.#write = write;
  }

  async create(authorization: NewAuthorization, stateHash: Buffer) {
    const { secrets, allowDifferentAccount, parameters, ...rest } = authorization;
    this.#write.create.run({
      ...rest,
      stateHash,
      allowDifferentAccount: Number(allowDifferentAccount),
      parameters: Object.keys(parameters).length === 0 ? null : JSON.stringify(parameters),
      keyId: secrets.keyId,
      secrets: secrets.jwe,
    });
  }

  async answer(stateHash: Buffer, browser: Buffer, now: Instant) {
    const row = this.#write.answer.get({ stateHash, browser, now });
    return row && toAuthorization(row);
  }

  async finish(id: AuthorizationId, { statusCode, message, statusText }: AuthorizationOutcome) {
    this.#write.finish.run({ id, statusCode, message, statusText: statusText ?? null });
  }

  async correct(latest: Instant, limit: number) {
    return this.#write.correct.run({ latest, limit }).changes < limit;
  }

  async forget(before: Instant, limit: number) {
    return this.#write.forget.run({ before, limit }).changes < limit;
  }
}

const authorizationFields = {
  id: authorizations.id,
  companyId: authorizations.companyId,
  connectionId: authorizations.connectionId,
  browser: authorizations.browser,
  allowDifferentAccount: authorizations.allowDifferentAccount,
  redirectUrl: authorizations.redirectUrl,
  parameters: authorizations.parameters,
  secrets: { keyId: authorizations.keyId, jwe: authorizations.secrets },
  expires: authorizations.expires,
  answered: authorizations.answered,
  statusCode: authorizations.statusCode,
  message: authorizations.message,
  statusText: authorizations.statusText,
};

type AuthorizationRow = Omit<Authorization, 'outcome' | 'parameters'> & {
  readonly parameters: Authorization['parameters'] | null;
  readonly statusCode: number | null;
  readonly message: string | null;
  readonly statusText: string | null;
};

function toAuthorization(row: AuthorizationRow): Authorization {
  const { statusCode, message, statusText, parameters, ...rest } = row;
  return {
    ...rest,
    parameters: parameters ?? {},
    outcome:
      statusCode === null
        ? null
        : { statusCode, message, ...(statusText !== null && { statusText }) },
  };
}

const given = sql.placeholder;
const set = (name: string) => sql`${given(name)}`;

/** The authorization that an answer of the platform belongs to, in the browser that began it. */
const ofState = and(
  eq(authorizations.stateHash, given('stateHash')),
  eq(authorizations.browser, given('browser')),
);

/** An authorization that waits for this answer of the platform, by this browser. */
const awaited = and(
  ofState,
  gt(authorizations.expires, given('now')),
  isNull(authorizations.answered),
);

/** Prepares the statements that read authorizations. */
export function prepareAuthorizations(db: ReturnType<typeof drizzle>) {
  return onFirstUse({
    byId: () =>
      db
        .select(authorizationFields)
        .from(authorizations)
        .where(eq(authorizations.id, given('id')))
        .prepare(),
    ofState: () => db.select(authorizationFields).from(authorizations).where(ofState).prepare(),
    awaited: () =>
      db.select({ id: authorizations.id }).from(authorizations).where(awaited).prepare(),
  });
}

/** Prepares the statements that change authorizations. */
export function prepareAuthorizationChanges(db: ReturnType<typeof drizzle>) {
  return onFirstUse({
    create: () =>
      db
        .insert(authorizations)
        .values({
          id: given('id'),
          stateHash: given('stateHash'),
          companyId: given('companyId'),
          connectionId: given('connectionId'),
          browser: given('browser'),
          allowDifferentAccount: set('allowDifferentAccount'),
          redirectUrl: given('redirectUrl'),
          parameters: set('parameters'),
          keyId: given('keyId'),
          secrets: given('secrets'),
          expires: given('expires'),
        })
        .prepare(),
    answer: () =>
      db
        .update(authorizations)
        .set({ answered: set('now') })
        .where(awaited)
        .returning(authorizationFields)
        .prepare(),
    finish: () =>
      db
        .update(authorizations)
        .set({
          statusCode: set('statusCode'),
          message: set('message'),
          statusText: set('statusText'),
        })
        .where(eq(authorizations.id, given('id')))
        .prepare(),
    correct: () =>
      db
        .update(authorizations)
        .set({ expires: set('latest') })
        .where(
          inArray(
            authorizations.id,
            db
              .select({ id: authorizations.id })
              .from(authorizations)
              .where(gt(authorizations.expires, given('latest')))
              .limit(given('limit')),
          ),
        )
        .prepare(),
    forget: () =>
      db
        .delete(authorizations)
        .where(
          inArray(
            authorizations.id,
            db
              .select({ id: authorizations.id })
              .from(authorizations)
              .where(lt(authorizations.expires, given('before')))
              .limit(given('limit')),
          ),
        )
        .prepare(),
  });
}
