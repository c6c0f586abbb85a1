import { setTimeout as pause } from 'node:timers/promises';
import type { TokenEndpointResponse, TokenEndpointResponseHelpers } from 'openid-client';
import { accountId } from '../domain/credentials.ts';
import type { Outgoing } from '../web/outgoing/outgoing-client.ts';
import type { AccountRequest, LinkedAccount } from './authorization-profile.ts';
import { asPlatformError, failedStatus, unusable } from './failures.ts';
import { PlatformError } from './platform.ts';

/** A platform's response to a granted authorization. */
export interface Granted {
  /** The URL to which the browser was redirected. */
  readonly answer: URL;
  readonly tokens: TokenEndpointResponse & TokenEndpointResponseHelpers;
}

/** The account that access was granted to. */
export interface Account {
  /** The platform's identifier of it; `undefined` if the platform does not say. */
  readonly account: string | undefined;
  /** Why it is unknown, if the platform should have said it. */
  readonly accountFailure?: string;
}

/** How to request an account. */
interface Asking {
  readonly send: (address: string, outgoing: Outgoing) => Promise<Response>;
  /** How long to wait before each retry, in ms, while the platform is unavailable. */
  readonly retriesAfterMs: readonly number[];
}

/** The default of `retriesAfterMs`: the user waits. */
export const usualRetriesAfterMs = [250, 750] as const;

/** After this many ms there are no more retries: a request that timed out has taken long enough. */
const maxRetryingMs = 5000;

/** Returns the account that access was granted to. An unknown account does not void the grant. */
export async function accountOf(
  account: LinkedAccount | undefined,
  { answer, tokens }: Granted,
  asking: Asking,
): Promise<Account> {
  switch (account?.from) {
    case undefined:
      return { account: undefined };
    case 'idToken':
      return named(tokens.claims()?.[account.claim], 'in the ID token');
    case 'tokenResponse':
      return named(tokens[account.field], 'in the token response');
    case 'callback':
      return named(answer.searchParams.get(account.parameter), 'in the redirect');
    case 'request':
      return requestAccount(account, tokens.access_token, asking);
  }
}

function named(value: unknown, where: string): Account {
  const account = asText(value);
  if (account !== undefined) return { account };
  return { account, accountFailure: unusable(`no account ${where}`).message };
}

/** Returns a text or number that identifies an account; `undefined` for other values or if it cannot be stored. */
function asText(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  const checked = accountId.safeParse(text);
  return checked.success ? checked.data : undefined;
}

async function requestAccount(
  request: AccountRequest,
  accessToken: string,
  { send, retriesAfterMs }: Asking,
): Promise<Account> {
  const started = performance.now();
  for (let tries = 0; ; tries += 1) {
    try {
      return { account: await askOnce(request, accessToken, send) };
    } catch (error) {
      const failure = error instanceof SyntaxError ? unusable('no JSON') : asPlatformError(error);
      if (!(failure instanceof PlatformError)) throw failure;
      const usualMs = retriesAfterMs[tries];
      const waitMs = Math.max(usualMs ?? Infinity, failure.retryAfterMs ?? 0);
      const isOver = performance.now() - started + waitMs > maxRetryingMs;
      if (isOver || failure.failure !== 'unavailable') {
        return { account: undefined, accountFailure: failure.message };
      }
      await pause(waitMs);
    }
  }
}

async function askOnce(
  { url, path, newestBy }: AccountRequest,
  accessToken: string,
  send: Asking['send'],
): Promise<string> {
  const headers = {
    accept: 'application/json',
    authorization: `Bearer ${accessToken}`,
    'user-agent': 'Connexions',
  };
  const response = await send(url, { headers });
  if (!response.ok) throw failedStatus(response);
  const body: unknown = await response.json();
  const account = asText(at(newestBy === undefined ? body : newest(body, newestBy), path));
  if (account === undefined) throw unusable('no account');
  return account;
}

/** Returns the entry of a list whose field is the greatest text, as the newest of ISO 8601 times is. */
function newest(list: unknown, by: string): unknown {
  if (!Array.isArray(list)) return undefined;
  let found: { readonly entry: unknown; readonly key: string } | undefined;
  for (const entry of list as unknown[]) {
    const value = at(entry, by);
    const key = typeof value === 'string' ? value : '';
    if (found === undefined || key > found.key) found = { entry, key };
  }
  return found?.entry;
}

function at(value: unknown, path: string): unknown {
  return path.split('.').reduce((it: unknown, step) => {
    return typeof it === 'object' && it !== null && Object.hasOwn(it, step)
      ? (it as Record<string, unknown>)[step]
      : undefined;
  }, value);
}
