import { isUsable, type ApiKey, type Scope } from '../domain/api-key.ts';
import type { Clock } from '../domain/clock.ts';
import type { ApiKeyId } from '../domain/id.ts';
import type { Instant } from '../domain/instant.ts';
import type { Store } from '../store/store.ts';
import { namesLoopback, namesServed } from '../web/host.ts';
import { matches, prefixOf } from './secret.ts';

/** The sender of a request, and what it may do. */
export interface Caller {
  /** The id of the API key, or `anonymous`. */
  readonly actor: ApiKeyId | 'anonymous';
  readonly scope: Scope;
}

/** What callers without a key may do: everything until the first key is created, only read, or nothing. */
export type AnonymousAccess = 'untilFirstKey' | 'read' | 'none';

/** What callers without an API key may do, and where. */
interface AnonymousRules {
  readonly anonymous: AnonymousAccess;
  /** The names, in lower case, by which everybody may reach the gateway to read; loopback names and addresses always. */
  readonly hosts: ReadonlySet<string>;
}

/** The headers of a request that identify its caller. */
interface CallerHeaders {
  readonly authorization?: string | undefined;
  readonly host?: string | undefined;
}

/** Identifies the caller of a request from its headers. Returns `undefined` if the caller may do nothing. */
export type Authenticate = (headers: CallerHeaders) => Promise<Caller | undefined>;

const usedEveryMs = 60_000;

/**
 * Returns the check of API keys. It looks up the key of every request, so that a revoked key stops working at once in
 * every process.
 */
export function createAuthenticate(
  store: Store,
  { anonymous, hosts }: AnonymousRules,
  clock: Clock,
): Authenticate {
  // Against DNS rebinding: a web page can point its own host name at this machine, then read and write as if local.
  const anonymousCaller = async (host: string | undefined): Promise<Caller | undefined> => {
    if (anonymous === 'read') {
      return namesServed(host, hosts) ? { actor: 'anonymous', scope: 'read' } : undefined;
    }
    const isOpen =
      anonymous === 'untilFirstKey' && namesLoopback(host) && !(await store.apiKeys.any());
    return isOpen ? { actor: 'anonymous', scope: 'admin' } : undefined;
  };
  const noted = new Map<ApiKeyId, Instant>();
  /** Records that a key was used, at most once a minute. The request does not wait for it or depend on it. */
  const noteUse = ({ id, lastUsed }: ApiKey, now: Instant) => {
    // The difference in either direction: after the clock was set back, the recorded time is in the future.
    if (Math.abs(now - Math.max(lastUsed ?? 0, noted.get(id) ?? 0)) < usedEveryMs) return;
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
 * Returns the key in a header: `Bearer KEY`, or `Basic` with the key in base64. Clients of the Codat platform API send
 * the key without a colon after it, `curl --user KEY:` with one.
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
