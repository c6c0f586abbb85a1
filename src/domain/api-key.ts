import { z } from 'zod';
import type { ApiKeyId } from './id.ts';
import type { Instant } from './instant.ts';
import { text } from './text.ts';

/** What a caller may do, from the least to the most; each includes those before it. */
export const scopes = ['read', 'write', 'admin'] as const;

/** What a caller may do: ask, change, manage API keys. */
export type Scope = (typeof scopes)[number];

/** Whether a caller with the scope `held` may do what needs the scope `needed`. */
export function permits(held: Scope, needed: Scope): boolean {
  return scopes.indexOf(held) >= scopes.indexOf(needed);
}

/** A key by which a program shows who it is. The key itself is known to its owner only. */
export interface ApiKey {
  readonly id: ApiKeyId;
  readonly name: string;
  readonly scope: Scope;
  /** The part of the key that is no secret, by which people and logs tell keys apart. */
  readonly prefix: string;
  readonly created: Instant;
  readonly expires: Instant | null;
  readonly lastUsed: Instant | null;
  readonly revoked: Instant | null;
}

/** Whether a key opens anything at the moment `now`. */
export function isUsable({ expires, revoked }: ApiKey, now: Instant): boolean {
  return revoked === null && (expires === null || expires > now);
}

/** How long the name of a key may be, in characters. */
export const apiKeyLimits = { name: 100 } as const;

/** What a caller says when creating a key; `expires` is a moment. */
export const newApiKey = z.object({
  name: text({ min: 1, max: apiKeyLimits.name }),
  scope: z.enum(scopes, `must be one of ${scopes.join(', ')}`),
  expires: z.int().nullish(),
});
