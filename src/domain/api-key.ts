import type { ApiKeyId } from './id.ts';
import type { Instant } from './instant.ts';

/** The scopes of a caller, from the narrowest to the widest. Each includes those before it. */
export const scopes = ['read', 'write', 'admin'] as const;

/** What a caller may do: `read` allows queries, `write` also changes, `admin` also the management of API keys. */
export type Scope = (typeof scopes)[number];

/** Reports whether the scope `held` includes the scope `needed`. */
export function permits(held: Scope, needed: Scope): boolean {
  return scopes.indexOf(held) >= scopes.indexOf(needed);
}

/** A key that authenticates a program. Only its owner knows the key itself. */
export interface ApiKey {
  readonly id: ApiKeyId;
  readonly name: string;
  readonly scope: Scope;
  /** The public part of the key, which identifies it in lists and logs. */
  readonly prefix: string;
  readonly created: Instant;
  readonly expires: Instant | null;
  readonly lastUsed: Instant | null;
  readonly revoked: Instant | null;
}

/** Reports whether a key is neither expired nor revoked at the time `now`. */
export function isUsable({ expires, revoked }: ApiKey, now: Instant): boolean {
  return revoked === null && (expires === null || expires > now);
}

/** The maximum length of a key's name, in characters. */
export const apiKeyLimits = { name: 100 } as const;
