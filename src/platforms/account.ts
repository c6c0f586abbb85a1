import type { TokenEndpointResponse, TokenEndpointResponseHelpers } from 'openid-client';
import { accountId } from '../domain/credentials.ts';
import type { Outgoing } from '../web/outgoing/outgoing-client.ts';
import type { AccountRequest, LinkedAccount } from './authorization-profile.ts';
import { asPlatformError, ofStatus, unusable } from './failures.ts';
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
  /** Why the platform's response does not say it, if one was requested for it. */
  readonly accountFailure?: string;
}

type Send = (address: string, outgoing: Outgoing) => Promise<Response>;

/** Returns the account that access was granted to. An unknown account does not void the grant. */
export async function accountOf(
  account: LinkedAccount | undefined,
  { answer, tokens }: Granted,
  send: Send,
): Promise<Account> {
  switch (account?.from) {
    case undefined:
      return { account: undefined };
    case 'idToken':
      return { account: asText(tokens.claims()?.[account.claim]) };
    case 'tokenResponse':
      return { account: asText(tokens[account.field]) };
    case 'callback':
      return { account: asText(answer.searchParams.get(account.parameter)) };
    case 'request':
      return requestAccount(account, tokens.access_token, send);
  }
}

/** Returns a text or number that identifies an account; `undefined` for other values or if it cannot be stored. */
function asText(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  const checked = accountId.safeParse(text);
  return checked.success ? checked.data : undefined;
}

async function requestAccount(
  { url, path, newestBy }: AccountRequest,
  accessToken: string,
  send: Send,
): Promise<Account> {
  const headers = {
    accept: 'application/json',
    authorization: `Bearer ${accessToken}`,
    'user-agent': 'Connexions',
  };
  try {
    const response = await send(url, { headers });
    if (!response.ok) throw ofStatus(response.status);
    const body: unknown = await response.json();
    const account = asText(at(newestBy === undefined ? body : newest(body, newestBy), path));
    if (account === undefined) throw unusable('no account');
    return { account };
  } catch (error) {
    const failure = error instanceof SyntaxError ? unusable('no JSON') : asPlatformError(error);
    if (failure instanceof PlatformError) {
      return { account: undefined, accountFailure: failure.message };
    }
    throw failure;
  }
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
