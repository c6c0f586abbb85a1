import { isUsable, type ApiKey } from '../domain/api-key.ts';
import { newApiKey } from '../domain/api-key-input.ts';
import type { Cause } from '../domain/event.ts';
import { newId, type ApiKeyId } from '../domain/id.ts';
import {
  invalidInput,
  notFound,
  validate,
  type InvalidInput,
  type LimitReached,
  type NotFound,
} from '../domain/refusal.ts';
import { ok, refuse, type Result } from '../domain/result.ts';
import { makeKey } from '../access/secret.ts';
import type { Session } from '../store/store.ts';

/** A new API key. `secret` is shown once and never stored. */
export interface CreatedApiKey {
  readonly apiKey: ApiKey;
  readonly secret: string;
}

/** Creates an API key from unchecked input in the form of `newApiKey`. Refuses if `most` usable keys exist. */
export async function createApiKey(
  session: Session,
  input: unknown,
  most: number,
  { at }: Pick<Cause, 'at'>,
): Promise<Result<CreatedApiKey, InvalidInput | LimitReached>> {
  const valid = validate(newApiKey, input);
  if (!valid.ok) return valid;
  const { name, scope, expires = null } = valid.value;
  if (expires !== null && expires <= at) {
    return refuse(invalidInput('expires', 'must be in the future'));
  }
  const { key, prefix, hash } = makeKey();
  const apiKey: ApiKey = {
    id: newId<ApiKeyId>(),
    name,
    scope,
    prefix,
    created: at,
    expires,
    lastUsed: null,
    revoked: null,
  };
  return session.transact(async (tx) => {
    const usable = (await tx.apiKeys.all()).filter((it) => isUsable(it, at));
    if (usable.length >= most) {
      return refuse({ kind: 'LimitReached', what: 'API keys', limit: most });
    }
    await tx.apiKeys.create({ apiKey, hash });
    return ok({ apiKey, secret: key });
  });
}

/** Revokes an API key permanently. */
export async function revokeApiKey(
  session: Session,
  id: ApiKeyId,
  { at }: Pick<Cause, 'at'>,
): Promise<Result<ApiKey, NotFound>> {
  const revoked = await session.transact((tx) => tx.apiKeys.revoke(id, at));
  return revoked ? ok(revoked) : refuse(notFound('API key', 'apiKeyId'));
}
