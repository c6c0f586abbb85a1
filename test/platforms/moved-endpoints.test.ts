import { expect, test } from 'vitest';
import type { Credentials } from '../../src/domain/credentials.ts';
import { ManualClock } from '../support/clock.ts';
import {
  answerJson,
  binding,
  platformAt,
  startPlatformServer,
} from '../support/platform-server.ts';

const hourMs = 3_600_000;
const credentials: Credentials = {
  accessToken: 'old',
  refreshToken: 'refresh',
  expires: null,
  fields: {},
};

/** A platform that is discovered, and whose token endpoint is at `state.path`. */
async function movable() {
  const clock = new ManualClock();
  const requests: string[] = [];
  const state = { path: '/token', isPublished: true, old: { status: 404, body: 'gone' } };
  const url: string = await startPlatformServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    if (request.url?.startsWith('/.well-known/')) {
      answerJson(
        response,
        { issuer: url, authorization_endpoint: `${url}/a`, token_endpoint: `${url}${state.path}` },
        state.isPublished ? 200 : 503,
      );
    } else if (request.url === state.path) {
      answerJson(response, { token_type: 'bearer', access_token: 'new' });
    } else answerJson(response, state.old.body, state.old.status);
  });
  const platform = platformAt(url, { server: { issuer: url } }, undefined, clock);
  return {
    clock,
    state,
    platform,
    renew: () =>
      platform.renew(credentials, null).then(
        ({ accessToken }) => accessToken,
        ({ message }: Error) => message,
      ),
    /** Returns the paths that were requested since the last call. */
    asked: () => requests.splice(0).map((it) => it.split(' ')[1]),
  };
}

const metadata = '/.well-known/openid-configuration';

test.for([
  [404, 'gone', 'the platform returned an invalid response (status 404)'],
  [410, '', 'the platform returned an invalid response (status 410)'],
  [301, '', 'the platform returned an invalid response (status 301)'],
  [200, '<html>', 'the platform returned an invalid response (OAUTH_PARSE_ERROR)'],
  [503, '', 'the platform is not available: it returned status 503'],
] as const)(
  'where a token endpoint answers %i "%s", it is looked up anew',
  async ([status, body, message]) => {
    const { clock, state, renew, asked } = await movable();
    expect(await renew()).toBe('new');
    state.path = '/v2/token';
    state.old = { status, body };
    await clock.advance(hourMs);
    asked();

    expect([await renew(), await renew()]).toEqual([message, 'new']);

    expect(asked()).toEqual(['/token', metadata, '/v2/token']);
  },
);

test('a refusal of the grant says nothing of the endpoint', async () => {
  const { clock, state, renew, asked } = await movable();
  await renew();
  state.path = '/v2/token';
  state.old = { status: 400, body: '{"error":"invalid_grant"}' };
  await clock.advance(hourMs);
  asked();

  await renew();
  await renew();

  expect(asked()).toEqual(['/token', '/token']);
});

test('metadata is looked up again after six hours, once for all that wait for it', async () => {
  const { clock, renew, asked } = await movable();
  await Promise.all([renew(), renew(), renew()]);
  expect(asked()).toEqual([metadata, '/token', '/token', '/token']);
  await clock.advance(6 * hourMs - 1);
  await renew();
  expect(asked()).toEqual(['/token']);

  await clock.advance(1);
  await Promise.all([renew(), renew(), renew()]);

  expect(asked()).toEqual([metadata, '/token', '/token', '/token']);
});

test('while the metadata is not available the old one is used, and it is asked for once a minute', async () => {
  const { clock, state, renew, asked } = await movable();
  await renew();
  state.isPublished = false;
  await clock.advance(6 * hourMs);
  asked();

  expect([await renew(), await renew()]).toEqual(['new', 'new']);
  expect(asked()).toEqual([metadata, '/token', '/token']);
  await clock.advance(60_000);
  expect(await renew()).toBe('new');
  expect(asked()).toEqual([metadata, '/token']);
});

test('a platform that answers nothing useful is not asked for its metadata each time', async () => {
  const { clock, state, renew, asked } = await movable();
  await renew();
  state.path = '/nowhere';
  await clock.advance(hourMs);
  state.isPublished = false;
  asked();

  for (let n = 0; n < 5; n += 1) await renew();

  expect(asked().filter((path) => path === metadata)).toHaveLength(1);
});

test('where there is no metadata yet, each try asks for it', async () => {
  const { state, platform, renew, asked } = await movable();
  state.isPublished = false;
  const outage = 'the platform is not available: it returned status 503';
  expect([await renew(), await renew()]).toEqual([outage, outage]);
  expect(asked()).toEqual([metadata, metadata]);

  state.isPublished = true;

  expect((await platform.authorizationUrl(binding)).pathname).toBe('/a');
});

test('metadata that was requested while the clock was a day ahead is looked up again', async () => {
  const { clock, renew, asked } = await movable();
  await clock.advance(24 * hourMs);
  await renew();
  clock.setBack(24 * hourMs);
  asked();

  await renew();

  expect(asked()).toEqual([metadata, '/token']);
});
