import type { TokenEndpointResponse, TokenEndpointResponseHelpers } from 'openid-client';
import type { AccountRequest, LinkedAccount } from './authorization-profile.ts';

/** What a platform said when it granted access. */
export interface Granted {
  /** The URL to which it sent the browser. */
  readonly answer: URL;
  readonly tokens: TokenEndpointResponse & TokenEndpointResponseHelpers;
}

const requestMs = 10_000;
/** The most that an answer to a request for the account may hold, in bytes. */
const maxBytes = 1_000_000;

/** Finds the account that was granted access to; `undefined` where the platform does not tell. */
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

/** Platforms name accounts by texts and by numbers; what is neither, or cannot be kept, names none. */
function asText(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /^[\x20-\x7e]{1,255}$/.test(text) ? text : undefined;
}

/** An account that is not told is no reason to refuse what a company's people granted. */
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
  // Moments in ISO 8601 sort as the texts that they are.
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
