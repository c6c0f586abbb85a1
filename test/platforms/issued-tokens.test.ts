import { expect, test } from 'vitest';
import { credentialLimits, givenCredentials } from '../../src/domain/credentials.ts';
import { shared } from '../support/lifetime.ts';
import {
  answerJson,
  binding,
  callback,
  platformAt,
  startPlatformServer,
} from '../support/platform-server.ts';

let response: Record<string, unknown> | string = {};
const platform = shared(async () =>
  platformAt(
    await startPlatformServer((request, answer) => {
      request.resume();
      answerJson(answer, response);
    }),
  ),
);

const credentials = { accessToken: 'old', refreshToken: 'refresh', expires: null, fields: {} };
const good = { token_type: 'bearer', access_token: 'access', refresh_token: 'next' };

const settle = (it: Promise<unknown>) => it.catch((error: unknown) => error);

/** What an exchange of a code and a renewal come to, if the platform answers so. */
async function outcomes(answer: Record<string, unknown> | string) {
  response = answer;
  return [
    await settle(platform().exchange(callback, binding)),
    await settle(platform().renew(credentials, null)),
  ];
}

const longest = 'x'.repeat(credentialLimits.token);

test.for(
  [
    ['a line break', 'a\r\nx-injected: 1'],
    ['a space', 'a b'],
    ['a NUL', 'a\0'],
    ['a letter beyond ASCII', 'aé'],
    ['a DEL', 'a\x7f'],
    ['one character too many', `${longest}x`],
    ['900,000 characters', 'x'.repeat(900_000)],
  ].flatMap(([what = '', token = '']) =>
    (['access', 'refresh'] as const).map((which) => ({ what, token, which })),
  ),
)(
  'the $which token of a platform is refused with $what, as a caller’s is',
  async ({ token, which }) => {
    const given = givenCredentials.safeParse({ accessToken: 'a', [`${which}Token`]: token });
    const rule = given.error?.issues[0]?.message;
    expect(rule).toMatch(/^must be /);

    for (const failure of await outcomes({ ...good, [`${which}_token`]: token })) {
      expect(failure).toMatchObject({
        name: 'PlatformError',
        failure: 'rejected',
        message: `the platform returned an invalid response (${which}Token ${rule})`,
      });
    }
  },
);

test.for(['', 5, null, {}, [], true])('an access token %j is refused', async (token) => {
  for (const failure of await outcomes({ ...good, access_token: token })) {
    expect(failure).toMatchObject({ name: 'PlatformError', failure: 'rejected' });
  }
});

test.for([longest, '!"#$%&()*+,-./:;<=>?@[]^_`{|}~\\\''])(
  'tokens at the limits of the rules are taken: case %#',
  async (token) => {
    const [granted, renewed] = await outcomes({
      ...good,
      access_token: token,
      refresh_token: token,
    });

    const issued = { accessToken: token, refreshToken: token };
    expect(granted).toMatchObject({ credentials: issued });
    expect(renewed).toMatchObject(issued);
  },
);

test('what else is in the response, however large, is not kept', async () => {
  const large = 'x'.repeat(400_000);

  const [granted, renewed] = await outcomes({ ...good, scope: large, [large]: large.slice(1000) });

  expect(JSON.stringify(granted).length).toBeLessThan(200);
  expect(JSON.stringify(renewed).length).toBeLessThan(200);
});

test.for(['x'.repeat(800_000), '..', 'e30.e30.e30', 5])(
  'an ID token that is none is refused: case %#',
  async (idToken) => {
    for (const failure of await outcomes({ ...good, id_token: idToken })) {
      expect(failure).toMatchObject({ name: 'PlatformError', failure: 'rejected' });
    }
  },
);

test('a response nested 100,000 deep is refused', async () => {
  const deep = `${'[1,'.repeat(100_000)}1${']'.repeat(100_000)}`;

  for (const failure of await outcomes(`{"token_type":"bearer","access_token":${deep}}`)) {
    expect(failure).toMatchObject({ name: 'PlatformError', failure: 'rejected' });
  }
});

test.for(['-1', '"-5"', '1e999', '"NaN"', '"soon"', 'true', '[]', '{}'])(
  'expires_in %s is refused',
  async (seconds) => {
    const body = JSON.stringify(good).replace('}', `,"expires_in":${seconds}}`);

    for (const failure of await outcomes(body)) {
      expect(failure).toMatchObject({ name: 'PlatformError', failure: 'rejected' });
    }
  },
);

test.for(['0', '1e308', '99999999999999999999'])(
  'expires_in %s is as good as no expiry',
  async (seconds) => {
    const body = JSON.stringify(good).replace('}', `,"expires_in":${seconds}}`);

    const [granted, renewed] = await outcomes(body);

    expect(granted).toMatchObject({ credentials: { expires: null } });
    expect(renewed).toMatchObject({ expires: null });
  },
);
