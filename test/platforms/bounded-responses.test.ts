import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { expect, test } from 'vitest';
import type { AuthorizationProfile } from '../../src/platforms/authorization-profile.ts';
import type { OAuthPlatform } from '../../src/platforms/oauth-platform.ts';
import {
  answerJson,
  binding,
  callback,
  platformAt,
  startPlatformServer,
} from '../support/platform-server.ts';

const json = { 'content-type': 'application/json' };
const tokens = { token_type: 'bearer', access_token: 'access', refresh_token: 'refresh' };
const credentials = { accessToken: 'access', refreshToken: 'refresh', expires: null, fields: {} };

/** One request that leaves the gateway. */
interface Exchange {
  /** The path at which the platform misbehaves. */
  readonly path: string;
  readonly profile?: (url: string) => Partial<AuthorizationProfile>;
  /** Sends the request. Returns or throws the failure. */
  readonly send: (platform: OAuthPlatform) => Promise<unknown>;
}

const exchanges: Record<string, Exchange> = {
  'an authorization code': { path: '/token', send: (it) => it.exchange(callback, binding) },
  'a renewal': { path: '/token', send: (it) => it.renew(credentials, null) },
  discovery: {
    path: '/.well-known/openid-configuration',
    profile: (issuer) => ({ server: { issuer } }),
    send: (it) => it.authorizationUrl(binding),
  },
  'an account': {
    path: '/me',
    profile: (url) => ({ account: { from: 'request', url: `${url}/me`, path: 'id' } }),
    send: async (it) => {
      const { accountFailure } = await it.exchange(callback, binding);
      if (accountFailure !== undefined) throw new Error(accountFailure);
    },
  },
  'a revocation': { path: '/revoke', send: (it) => it.revoke(credentials) },
  'a revocation by JSON': {
    path: '/revoke',
    profile: () => ({ revocationBody: 'json' }),
    send: (it) => it.revoke(credentials),
  },
};

/** The failure of an exchange with a platform that misbehaves only there. */
async function failureOf(
  { path, profile, send }: Exchange,
  misbehave: (response: ServerResponse) => unknown,
  ms?: number,
): Promise<Error> {
  const url = await startPlatformServer((request, response) => {
    request.resume();
    if (request.url === path) void misbehave(response);
    else answerJson(response, tokens);
  });
  const sent = send(platformAt(url, profile?.(url), ms));
  return sent.then(
    () => new Error('it succeeded'),
    (error: unknown) => error as Error,
  );
}

function* endless() {
  yield '{"token_type":"bearer","access_token":"';
  for (;;) yield 'a'.repeat(65_536);
}

/** Responses that never end, if nobody breaks them off. */
const tooLarge: Record<string, (response: ServerResponse) => unknown> = {
  'without an end': (response) =>
    pipeline(Readable.from(endless()), response.writeHead(200, json)).catch(() => {}),
  'of 100,000,000 bytes, as it says': (response) =>
    response.writeHead(200, { ...json, 'content-length': 100_000_000 }).write('{'),
  'without an end, compressed': (response) => {
    response.writeHead(200, { ...json, 'content-encoding': 'gzip' });
    return pipeline(Readable.from(endless()), createGzip(), response).catch(() => {});
  },
};

const cases = Object.entries(exchanges).flatMap(([name, exchange]) =>
  Object.entries(tooLarge).map(([how, respond]) => ({ name, exchange, how, respond })),
);

test.for(cases)('a response to $name $how is broken off', async ({ exchange, respond }) => {
  let closed: Promise<unknown> | undefined;

  const { message } = await failureOf(exchange, (response) => {
    closed = new Promise((resolve) => {
      response.on('close', resolve);
    });
    return respond(response);
  });

  expect(message).toBe('the platform cannot be used: its response has more than 1000000 bytes');
  await closed;
});

test.for([
  [1_000_000, 'access'],
  [1_000_001, 'the platform cannot be used: its response has more than 1000000 bytes'],
] as const)('a response of %i bytes: %s', async ([size, expected]) => {
  const url = await startPlatformServer((_, response) => {
    answerJson(response, JSON.stringify(tokens).padEnd(size));
  });

  const renewed = await platformAt(url)
    .renew(credentials, null)
    .catch((error: Error) => error);

  expect(renewed instanceof Error ? renewed.message : renewed.accessToken).toBe(expected);
});

test.for(Object.entries(exchanges))(
  'a response to %s that comes byte by byte ends with the timeout',
  async ([, exchange]) => {
    const failure = await failureOf(
      exchange,
      async (response) => {
        response.writeHead(200, json);
        while (!response.destroyed) {
          response.write(' ');
          await pause(20);
        }
      },
      300,
    );

    expect(failure.message).toBe('the platform is not available: it did not respond in time');
  },
);

test.for(Object.entries(exchanges))(
  'a redirect in response to %s is not followed',
  async ([, it]) => {
    let followed = 0;
    const elsewhere = await startPlatformServer((_, response) => {
      followed += 1;
      answerJson(response, tokens);
    });

    const failure = await failureOf(it, (response) =>
      response.writeHead(307, { location: elsewhere }).end(),
    );

    expect(failure.message).toBe('the platform returned an invalid response (status 307)');
    expect(followed).toBe(0);
  },
);

test.for(Object.entries(exchanges))('headers of %s that are too large', async ([, exchange]) => {
  const failure = await failureOf(exchange, (response) =>
    response.writeHead(200, { ...json, 'x-padding': 'x'.repeat(100_000) }).end('{}'),
  );

  expect(failure.message).toBe(
    'the platform cannot be used: the headers of its response are too large',
  );
});

test.for(
  Object.entries(exchanges).flatMap(([name, exchange]) =>
    [408, 429, 500, 503, 999].map((status) => ({ name, exchange, status })),
  ),
)('status $status in response to $name may pass', async ({ exchange, status }) => {
  const failure = await failureOf(exchange, (response) => {
    answerJson(response, { error: 'invalid_grant' }, status);
  });

  expect(failure.message).toBe(`the platform is not available: it returned status ${status}`);
});

test('the newest account of a list is the one with the greatest time', async () => {
  const list = [
    { id: 'without a time' },
    { id: 'older', at: '2026-01-02T00:00:00Z' },
    { id: 'newest', at: '2026-11-30T00:00:00Z' },
    { id: 'a number is no time', at: 9e15 },
    null,
  ];
  const url = await startPlatformServer((request, response) => {
    answerJson(response, request.url === '/me' ? list : tokens);
  });
  const account = { from: 'request', url: `${url}/me`, path: 'id', newestBy: 'at' } as const;

  const granted = await platformAt(url, { account }).exchange(callback, binding);

  expect(granted.account).toBe('newest');
});
