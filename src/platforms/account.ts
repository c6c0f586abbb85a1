import type { TokenEndpointResponse, TokenEndpointResponseHelpers } from 'openid-client';
import type { AccountRequest, LinkedAccount } from './authorization-profile.ts';

/** A platform's response to a granted authorization. */
export interface Granted {
  /** The URL to which the browser was redirected. */
  readonly answer: URL;
  readonly tokens: TokenEndpointResponse & TokenEndpointResponseHelpers;
}

const requestMs = 10_000;
/** The longest response to an account request that is used, in characters. */
const maxBytes = 1_000_000;

/** Returns the account that access was granted to; `undefined` if the platform does not say. */
export async function accountOf(
  account: LinkedAccount | undefined,
  { answer, tokens }: Granted,
): Promise<string | undefined> {
  switch (account?.from) {
    case undefined:
      return undefined;
    case 'idToken':
      return asText(tokens.claims()?.[account.claim]);
    case 'tokenResponse':
      return asText(tokens[account.field]);
    case 'callback':
      return asText(answer.searchParams.get(account.parameter));
    case 'request':
      return asText(await requestAccount(account, tokens.access_token));
  }
}

/** Returns a text or number that identifies an account; `undefined` for other values or if it cannot be stored. */
function asText(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /^[\x20-\x7e]{1,255}$/.test(text) ? text : undefined;
}

/** Requests the account; `undefined` on any failure. An unknown account does not void the grant. */
async function requestAccount(
  { url, path, newestBy }: AccountRequest,
  accessToken: string,
): Promise<unknown> {
  try {
    const response = await fetch(url, {
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${accessToken}`,
        'user-agent': 'Connexions',
      },
      redirect: 'error',
      signal: AbortSignal.timeout(requestMs),
    });
    if (!response.ok) return undefined;
    const text = await response.text();
    if (text.length > maxBytes) return undefined;
    const body: unknown = JSON.parse(text);
    return at(newestBy === undefined ? body : newest(body, newestBy), path);
  } catch {
    return undefined;
  }
}

function newest(list: unknown, by: string): unknown {
  if (!Array.isArray(list)) return undefined;
  // ISO 8601 times sort as text.
  const key = (entry: unknown) => asText(at(entry, by)) ?? '';
  return list.toSorted((a: unknown, b: unknown) => (key(a) < key(b) ? 1 : -1))[0] as unknown;
}

function at(value: unknown, path: string): unknown {
  return path.split('.').reduce((it: unknown, step) => {
    return typeof it === 'object' && it !== null && Object.hasOwn(it, step)
      ? (it as Record<string, unknown>)[step]
      : undefined;
  }, value);
}
