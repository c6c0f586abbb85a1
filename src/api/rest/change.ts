import type { Cause } from '../../domain/event.ts';
import { canonicalId } from '../../domain/id.ts';
import type { Result } from '../../domain/result.ts';
import { answerOnce, idempotencyKeyRule, isIdempotencyKey } from '../../operations/idempotency.ts';
import { unlimited } from '../../store/calls.ts';
import type { Session, StoreTransactor } from '../../store/store.ts';
import { invalid, refused, type Refusal } from './faults.ts';
import type { RestContext } from './request.ts';

/**
 * Makes a change and reads its response in one transaction, on behalf of the caller. Nothing can fail after the commit:
 * clients of this API retry a 5xx and would repeat the change. The result of `make` must contain no secret, because it
 * may be stored and returned again.
 */
export async function change<Draft>(
  c: RestContext,
  make: (session: Session, cause: Cause) => Promise<Result<Draft, Refusal>>,
): Promise<Draft> {
  const { actor } = c.env.info.caller;
  const at = c.get('clock').now();
  const session = c.get('session');
  const key = idempotencyKeyOf(c);
  // The deadline does not stop a change that has started.
  const work = (tx: StoreTransactor) => make(tx.session(unlimited), { actor, at });
  const result =
    key === undefined
      ? await session.transact(work)
      : await answerOnce(
          session,
          { actor, key, request: [c.req.method, canonicalPath(c), await bodyOf(c)], at },
          c.get('limits').idempotencyBytes,
          work,
        );
  if (result.ok) return result.value;
  throw refused(result.error);
}

/** Returns the `Idempotency-Key` of a request, if it has one. Throws a 400 if the key is malformed. */
export function idempotencyKeyOf(c: RestContext): string | undefined {
  const key = c.req.header('idempotency-key');
  if (key === undefined || isIdempotencyKey(key)) return key;
  throw invalid({ kind: 'InvalidInput', field: 'Idempotency-Key', rule: idempotencyKeyRule });
}

function canonicalPath(c: RestContext): string {
  return c.req.path.split('/').map(canonicalId).join('/');
}

function bodyOf(c: RestContext): Promise<string> | null {
  return c.req.method === 'DELETE' ? null : c.req.text();
}
