import { isUsable, type ApiKey, type Scope } from '../domain/api-key.ts';
import type { Clock } from '../domain/clock.ts';
import type { ApiKeyId } from '../domain/id.ts';
import type { Instant } from '../domain/instant.ts';
import type { Store } from '../store/store.ts';
import { namesLoopback } from '../web/loopback.ts';
import { matches, prefixOf } from './secret.ts';

/** Who sends a request, and what they may do. */
export interface Caller {
  /** The id of the API key, or `anonymous`. */
  readonly actor: ApiKeyId | 'anonymous';
  readonly scope: Scope;
}

/** What callers without a key may do: everything until the first key is made, only read, or nothing. */
export type AnonymousAccess = 'untilFirstKey' | 'read' | 'none';

/** The headers of a request that tell who sends it. */
interface CallerHeaders {
  readonly authorization?: string | undefined;
  readonly host?: string | undefined;
}

/** Finds out who sends a request, from its headers; `undefined` if they may do nothing. */
export type Authenticate = (headers: CallerHeaders) => Promise<Caller | undefined>;

const usedEveryMs = 60_000;

/**
 * Makes the check of API keys. Every request looks its key up, so that a key that was revoked stops working at once in
 * every process.
 */
export function createAuthenticate(
  store: Store,
  anonymous: AnonymousAccess,
  clock: Clock,
): Authenticate {
  const anonymousCaller = async (host: string | undefined): Promise<Caller | undefined> => {
    if (anonymous === 'read') return { actor: 'anonymous', scope: 'read' };
    // A web page can give its own name this machine's address, and then reads and writes here as if it were local.
    const isOpen =
      anonymous === 'untilFirstKey' && namesLoopback(host) && !(await store.apiKeys.any());
    return isOpen ? { actor: 'anonymous', scope: 'admin' } : undefined;
  };
  const noted = new Map<ApiKeyId, Instant>();
  /** Notes that a key was used, at most once a minute; nobody waits for it, and nothing depends on it. */
  const noteUse = ({ id, lastUsed }: ApiKey, now: Instant) => {
    if (now - Math.max(lastUsed ?? 0, noted.get(id) ?? 0) < usedEveryMs) return;
    noted.set(id, now);
    store.transact((tx) => tx.apiKeys.setUsed(id, now)).catch(() => noted.delete(id));
  };
  return async ({ authorization, host }) => {
    if (authorization === undefined) return anonymousCaller(host);
    const key = keyIn(authorization);
    const prefix = key === undefined ? undefined : prefixOf(key);
    if (key === undefined || prefix === undefined) return undefined;
    const stored = await store.apiKeys.byPrefix(prefix);
    const now = clock.now();
    if (!stored || !matches(key, stored.hash) || !isUsable(stored.apiKey, now)) return undefined;
    noteUse(stored.apiKey, now);
    return { actor: stored.apiKey.id, scope: stored.apiKey.scope };
  };
}

/**
 * The key in a header: `Bearer KEY`, or `Basic` with the key in base64, which clients of the Codat platform API send
 * without a colon and curl's `--user KEY:` with one.
 */
function keyIn(authorization: string): string | undefined {
  const [, scheme = '', credentials = ''] = /^(\w+) +(\S+) *$/.exec(authorization) ?? [];
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return credentials;
    case 'basic':
      return Buffer.from(credentials, 'base64').toString('latin1').replace(/:$/, '');
    default:
      return undefined;
  }
}
