import type { Cause } from '../domain/event.ts';
import { ok, type Result } from '../domain/result.ts';
import { answerOnce, idempotencyKeyRule, isIdempotencyKey } from '../operations/idempotency.ts';
import { joinTransaction } from '../store/join.ts';
import type { Store } from '../store/store.ts';
import { invalid, refused, type Refusal } from './faults.ts';
import type { RestContext } from './services.ts';

interface Change<Draft, Answer> {
  /** Makes the change; what it answers holds no secret, because it may be kept to be given again. */
  readonly make: (store: Store, cause: Cause) => Promise<Result<Draft, Refusal>>;
  /** Makes the answer of that. */
  readonly complete: (store: Store, draft: Draft) => Promise<Answer>;
}

/**
 * Makes a change and its answer in one transaction, on behalf of the caller. Once it is committed there is nothing left
 * that could fail: clients of this API repeat what is answered with 5xx, and would make the change again.
 */
export async function change<Draft, Answer>(
  c: RestContext,
  { make, complete }: Change<Draft, Answer>,
): Promise<Answer> {
  const { actor } = c.env.notes.caller;
  const at = c.get('clock').now();
  const cause = { actor, at };
  const key = idempotencyKeyOf(c);
  const request = key === undefined ? undefined : [c.req.method, c.req.path, await bodyOf(c)];
  const result = await c.get('store').transact(async (tx) => {
    const store = joinTransaction(tx);
    const made =
      key === undefined
        ? await make(store, cause)
        : await answerOnce(store, { actor, key, request, at }, (joined) => make(joined, cause));
    return made.ok ? ok(await complete(store, made.value)) : made;
  });
  if (result.ok) return result.value;
  throw refused(result.error);
}

/** The key by which a request can be repeated, if it has one. */
export function idempotencyKeyOf(c: RestContext): string | undefined {
  const key = c.req.header('idempotency-key');
  if (key === undefined || isIdempotencyKey(key)) return key;
  throw invalid({ kind: 'InvalidInput', field: 'Idempotency-Key', rule: idempotencyKeyRule });
}

function bodyOf(c: RestContext): Promise<string> | null {
  return c.req.method === 'DELETE' ? null : c.req.text();
}
