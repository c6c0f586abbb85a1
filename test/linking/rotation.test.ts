import { expect, test } from 'vitest';
import { answers } from '../support/oauth-server.ts';
import { startRenewing } from '../support/renewing.ts';

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('each refresh token is used once, and the one that came with it is the next', async () => {
  const { server, link, eventually } = await startRenewing();
  server.extras = { expires_in: 1 };
  const { refreshToken, credentials, state } = await link();

  await eventually(() => server.refreshed().length).toBeGreaterThan(3);
  server.extras = { expires_in: 3600 };
  const count = server.refreshed().length;
  await eventually(() => server.refreshed().length).toBe(count + 1);
  const isRenewed = async () => server.isLive((await credentials())?.refreshToken ?? '');
  await eventually(isRenewed).toBe(true);

  const used = server.refreshed();
  expect(used[0]).toBe(refreshToken);
  expect(new Set(used).size).toBe(used.length);
  expect(await state()).toMatchObject({ status: 'LINKED', health: { state: 'OK', failures: 0 } });
});

test('tokens that expire at once are renewed every two seconds at most', async () => {
  const { server, link, eventually } = await startRenewing();
  server.extras = { expires_in: 0.0001 };
  await link();

  await eventually(() => server.refreshed().length).toBeGreaterThan(3);

  const times = server.requests.map(({ at }) => at);
  for (const [n, at] of times.slice(1).entries()) {
    expect(at - (times[n] ?? 0)).toBeGreaterThanOrEqual(2000);
  }
});

test('renewals leave nothing in the history', async () => {
  const { server, link, eventually } = await startRenewing();
  const { credentials, refreshToken, state } = await link();

  await eventually(async () => (await credentials())?.refreshToken).not.toBe(refreshToken);

  expect(server.refreshed()).toHaveLength(1);
  const { nodes } = (await state()).history;
  expect(nodes.map(({ type }) => type)).toEqual(['CONNECTION_CREATED', 'CONNECTION_CONNECTED']);
});

test('a platform that gives no new refresh token leaves the one that there is', async () => {
  const { server, link, eventually } = await startRenewing();
  server.rotates = false;
  const { credentials, refreshToken, makeDue } = await link();
  const accessToken = async () => (await credentials())?.accessToken;

  const given = await accessToken();
  await eventually(accessToken).not.toBe(given);
  const first = await accessToken();
  makeDue();
  await eventually(accessToken).not.toBe(first);

  expect(server.refreshed()).toEqual([refreshToken, refreshToken]);
  expect((await credentials())?.refreshToken).toBe(refreshToken);
});

test('what else the platform needs to be told outlives a renewal', async () => {
  const { gateway, server, link, eventually } = await startRenewing();
  const { companyId, connectionId, credentials } = await link({ expires: null });
  const { data } = await gateway.query(
    `mutation ($input: AuthorizeConnectionInput!) {
      authorizeConnection(input: $input) { ... on AuthorizeConnectionPayload { connection { id } } }
    }`,
    {
      input: {
        companyId,
        connectionId,
        credentials: {
          ...server.grant(),
          expires: new Date().toISOString(),
          fields: [{ name: 'realm', value: '4620' }],
        },
      },
    },
  );
  expect(data.authorizeConnection.connection.id).toBe(connectionId);

  await eventually(() => server.refreshed().length).toBe(1);
  await eventually(async () => (await credentials())?.accessToken).toBe(server.given.at(-2));

  expect((await credentials())?.fields).toEqual({ realm: '4620' });
});

test('how long credentials are to last is kept as the platform says it', async () => {
  const { clock, server, link, eventually } = await startRenewing();
  const before = clock.now();
  const cases = [
    [3600, 3600],
    ['7200', 7200],
    [1800.000_05, 1800],
    [undefined, null],
    // Some platforms send this for tokens that do not expire.
    [0, null],
    [1e300, null],
  ] as const;

  const kept = await Promise.all(
    cases.map(async ([said, meant]) => {
      const grant = server.grant();
      server.first.set(grant.refreshToken, (_, usual) => {
        server.extras = said === undefined ? {} : { expires_in: said };
        usual();
      });
      const { credentials, state } = await link(grant);
      const refreshToken = async () => (await credentials())?.refreshToken;
      await eventually(refreshToken).not.toBe(grant.refreshToken);
      const { health } = await state();
      const expires = health?.expires == null ? null : Date.parse(health.expires) - before;
      const isAsMeant =
        meant === null || expires === null
          ? meant === expires && health?.nextRenewal === null
          : expires >= meant * 1000 && expires <= meant * 1000 + clock.now() - before;
      return isAsMeant || { said, health };
    }),
  );

  expect(kept).toEqual(cases.map(() => true));
  expect(server.refreshed()).toHaveLength(cases.length);
});

test('what never expires is never renewed', async () => {
  const { server, link, eventually } = await startRenewing();
  const unending = await link({ expires: null });
  const due = await link();

  await eventually(async () => (await due.credentials())?.refreshToken).not.toBe(due.refreshToken);

  expect(server.refreshed()).toEqual([due.refreshToken]);
  expect((await unending.state()).health).toMatchObject({ state: 'OK', nextRenewal: null });
});

test('credentials without a refresh token are found to have expired, and end the authorization', async () => {
  const { clock, server, link, eventually } = await startRenewing();
  const { state, credentials } = await link({ refreshToken: null, expires: clock.now() + 1500 });
  expect((await state()).status).toBe('LINKED');

  await eventually(async () => (await state()).status).toBe('DEAUTHORIZED');

  expect(await credentials()).toBeUndefined();
  expect((await state()).history.nodes.at(-1)).toEqual({
    type: 'CONNECTION_DISCONNECTED',
    fromStatus: 'LINKED',
    toStatus: 'DEAUTHORIZED',
    actor: 'provider',
    reason: 'the authorization has expired',
  });
  expect(server.requests).toEqual([]);
});

test('an ID token in the answer to a renewal may be off by the tolerated half minute', async () => {
  const { server, link, eventually } = await startRenewing();
  const idToken = (expired: number) => {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: server.url, sub: 'somebody', aud: 'the-gateway', iat: now - 300 };
    return `${base64url({ alg: 'RS256' })}.${base64url({ ...claims, exp: now - expired })}.c2lnbmF0dXJl`;
  };
  server.extras = { expires_in: 3600, id_token: idToken(20) };
  const { credentials, refreshToken } = await link();
  await eventually(async () => (await credentials())?.refreshToken).not.toBe(refreshToken);

  server.extras = { expires_in: 3600, id_token: idToken(300) };
  const late = await link();
  await eventually(async () => (await late.state()).health?.state).toBe('FAILING');
  expect((await late.state()).status).toBe('LINKED');
});

test('an answer that is no grant keeps what there is, and is tried again', async () => {
  const { server, link, eventually } = await startRenewing();
  server.next.push(answers(200, { token_type: 'Bearer' }));
  const { credentials, refreshToken, state } = await link();

  await eventually(async () => (await state()).health?.state).toBe('FAILING');
  expect((await credentials())?.refreshToken).toBe(refreshToken);
  await eventually(async () => (await state()).health?.state).toBe('OK');
});
