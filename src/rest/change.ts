import type { Cause } from '../domain/event.ts';
import type { Result } from '../domain/result.ts';
import { answerOnce, idempotencyKeyRule, isIdempotencyKey } from '../operations/idempotency.ts';
import { joinTransaction } from '../store/join.ts';
import type { Store } from '../store/store.ts';
import { invalid, refused, type Refusal } from './faults.ts';
import type { RestContext } from './services.ts';

/**
 * Makes a change and reads its answer in one transaction, on behalf of the caller. Once it is committed there is nothing left
 * that could fail: clients of this API repeat what is answered with 5xx, and would make the change again. What `make`
 * returns holds no secret, because it may be kept to be given again.
 */
export async function change<Draft>(
  c: RestContext,
  make: (store: Store, cause: Cause) => Promise<Result<Draft, Refusal>>,
): Promise<Draft> {
  const { actor } = c.env.notes.caller;
  const at = c.get('clock').now();
  const store = c.get('store');
  const key = idempotencyKeyOf(c);
  const result =
    key === undefined
      ? await store.transact((tx) => make(joinTransaction(tx), { actor, at }))
      : await answerOnce(
          store,
          { actor, key, request: [c.req.method, c.req.path, await bodyOf(c)], at },
          (joined) => make(joined, { actor, at }),
        );
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
