import type { IncomingMessage, ServerResponse } from 'node:http';
import { binding, callback, platformAt, startPlatformServer } from './platform-server.ts';
import type { Credentials } from '../../src/domain/credentials.ts';
import type { AuthorizationProfile } from '../../src/platforms/authorization-profile.ts';
import { PlatformError } from '../../src/platforms/platform.ts';
import { ManualClock } from './clock.ts';

/** How the provider answers: a status, headers and a body, which is JSON unless it is a text; or anything else. */
export type Answer =
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string | readonly string[]>>;
      readonly body?: unknown;
    }
  | ((response: ServerResponse) => void);

/** A provider that answers each request as the test says, and the platform of a gateway that asks it. */
export interface FakeProvider {
  /** Sets the answer to all requests from now on. */
  readonly answer: (how: Answer) => void;
  /** What exchanging an authorization code, renewing, and revoking come to, each as one line. */
  readonly exchange: () => Promise<string>;
  readonly renew: () => Promise<string>;
  readonly revoke: () => Promise<string>;
}

/** How long the credentials to renew lasted, in ms. */
const lifetimeMs = 1800_000;

/** Starts a provider that ends with the test. */
export async function startFakeProvider(
  profile: Partial<AuthorizationProfile> = {},
  /** The time within which it must answer, in ms. */
  timeoutMs?: number,
): Promise<FakeProvider> {
  let how: Answer = {};
  const clock = new ManualClock();
  const url = await startPlatformServer((request, response) => {
    void respond(request, response, how);
  });
  const platform = platformAt(url, profile, timeoutMs, clock);
  const told = async (what: Promise<Credentials>) => {
    try {
      const { accessToken, refreshToken, expires } = await what;
      const lasts = expires === null ? 'for ever' : `${(expires - clock.now()) / 1000} s`;
      return `${accessToken} and ${refreshToken ?? 'no refresh token'}, ${lasts}`;
    } catch (error) {
      return failure(error);
    }
  };
  return {
    answer: (next) => {
      how = next;
    },
    exchange: () => told(platform.exchange(callback, binding).then((it) => it.credentials)),
    renew: () => {
      const old = { accessToken: 'old', refreshToken: 'kept', expires: null, fields: {} };
      return told(platform.renew(old, lifetimeMs));
    },
    revoke: () =>
      platform
        .revoke({ accessToken: 'old', refreshToken: 'old', expires: null, fields: {} })
        .then(() => 'revoked', failure),
  };
}

async function respond(request: IncomingMessage, response: ServerResponse, how: Answer) {
  for await (const _ of request);
  if (typeof how === 'function') {
    how(response);
    return;
  }
  const { status = 200, headers = {}, body = '' } = how;
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
}

/** Describes a failure: its kind, its message, and how long the platform asks to wait. */
function failure(error: unknown): string {
  if (!(error instanceof PlatformError)) throw error;
  const { failure: kind, message, retryAfterMs } = error;
  return `${kind}: ${message}${retryAfterMs === undefined ? '' : ` [${retryAfterMs / 1000} s]`}`;
}
