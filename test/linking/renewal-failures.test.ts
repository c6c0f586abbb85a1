import { expect, test } from 'vitest';
import {
  answers,
  breaksOff,
  clientSecret,
  hangs,
  type Behaviour,
} from '../support/oauth-server.ts';
import { startRenewing } from '../support/renewing.ts';

const json = { 'content-type': 'application/json' };

const dripping: Behaviour = (response) => {
  response.writeHead(200, json).write('{');
};

/** Platform failures that say nothing about the grant, with the reason that `health` reports. */
const troubles: [string, Behaviour, RegExp][] = [
  ['500', answers(500), /not available: it returned status 500/],
  [
    '502 with a page',
    answers(502, '<html>', { 'content-type': 'text/html' }),
    /it returned status 502/,
  ],
  ['503', answers(503, { error: 'invalid_grant' }), /not available: it returned status 503/],
  ['429', answers(429, { error: 'slow_down' }, { 'retry-after': '9' }), /it returned status 429/],
  ['a connection that breaks', breaksOff, /not available: it cannot be reached/],
  [
    '200 with a page',
    answers(200, 'Hi', { 'content-type': 'text/html' }),
    /returned an invalid response/,
  ],
  [
    '200 with broken JSON',
    answers(200, '{"access_token": "S3CRET'),
    /returned an invalid response/,
  ],
  ['200 without a token', answers(200, { scope: 'S3CRET' }), /returned an invalid response/],
  [
    'a redirect',
    answers(302, '', { location: '/elsewhere' }),
    /returned an invalid response .status 302/,
  ],
  [
    '404',
    answers(404, 'S3CRET', { 'content-type': 'text/plain' }),
    /returned an invalid response .status 404/,
  ],
  ['invalid_client', answers(400, { error: 'invalid_client' }), /returned invalid_client/],
  ['no answer', hangs, /did not respond in time/],
  ['an answer without an end', dripping, /did not respond in time/],
  [
    'invalid_client as RFC 6749 has it',
    answers(401, { error: 'invalid_client' }, { 'www-authenticate': 'Basic realm="S3CRET"' }),
    /rejected the client credentials of the gateway/,
  ],
  [
    'an error that quotes a token',
    answers(400, { error: 'the token S3CRET is bad', error_description: 'S3CRET' }),
    /returned an error$/,
  ],
];

test('what says nothing of the grant leaves the connection LINKED, and FAILING until it passes', async () => {
  const { clock, server, link, log, eventually } = await startRenewing({ timeoutSeconds: 2 });
  const before = clock.now();
  const linked = await Promise.all(
    troubles.map(async ([name, trouble, reason]) => {
      const grant = server.grant();
      server.first.set(grant.refreshToken, trouble);
      const tries = () => server.refreshed().filter((token) => token === grant.refreshToken).length;
      return Object.assign(await link(grant), { name, reason, tries });
    }),
  );

  // The clock then stands still, so that nothing is retried.
  await clock.advance(1000);
  for (const { name, reason, state, tries } of linked) {
    await expect
      .poll(async () => [name, (await state()).health?.failures], { timeout: 10_000 })
      .toEqual([name, 1]);
    const { status, health } = await state();
    expect([name, status, health?.state, tries()]).toEqual([name, 'LINKED', 'FAILING', 1]);
    expect(health?.reason).toMatch(reason);
    expect(Date.parse(health?.failingSince ?? '')).toBeGreaterThanOrEqual(before);
  }

  for (const { name, state, credentials, tries } of linked) {
    await eventually(async () => [name, (await state()).health?.state]).toEqual([name, 'OK']);
    const { health } = await state();
    expect(health).toMatchObject({ failures: 0, reason: null, failingSince: null });
    expect(tries()).toBe(2);
    expect(server.isLive((await credentials())?.refreshToken ?? '')).toBe(true);
  }
  expect(log.text()).not.toContain('S3CRET');
  for (const secret of [clientSecret, ...server.given]) expect(log.text()).not.toContain(secret);
});

test('a platform that fails is asked once for each wait, which grows', async () => {
  const { server, link, startWorker, eventually } = await startRenewing();
  startWorker();
  startWorker();
  server.behaviour = answers(500);
  const { state } = await link();

  await eventually(async () => (await state()).health?.failures).toBe(2);

  const { health } = await state();
  const [first = 0, second = 0, ...more] = server.requests.map(({ at }) => at);
  expect(more).toEqual([]);
  expect(second - first).toBeGreaterThanOrEqual(2500);
  expect(Date.parse(health?.nextRenewal ?? '') - second).toBeGreaterThanOrEqual(5000);
  expect(Date.parse(health?.failingSince ?? '')).toBeLessThan(second);
});

test('credentials that were exchanged while the platform refused the old ones stay', async () => {
  const { gateway, server, link, eventually } = await startRenewing();
  let exchanged: Promise<unknown> | undefined;
  const fresh = server.grant();
  server.next.push(async (response) => {
    const { data } = await gateway.query(
      '{ connections(first: 1) { nodes { id company { id } } } }',
    );
    const [{ id, company }] = data.connections.nodes;
    exchanged = gateway.query(
      `mutation ($input: AuthorizeConnectionInput!) { authorizeConnection(input: $input) { __typename } }`,
      { input: { companyId: company.id, connectionId: id, credentials: fresh } },
    );
    await exchanged;
    await answers(400, { error: 'invalid_grant' })(response, () => {});
  });
  const { refreshToken, credentials, state } = await link();

  await eventually(async () => (await credentials())?.refreshToken).toBe(fresh.refreshToken);
  await eventually(() => exchanged).toBeDefined();

  expect(server.refreshed()).toEqual([refreshToken]);
  expect(await state()).toMatchObject({ status: 'LINKED', health: { state: 'OK' } });
});

test('credentials whose encryption key is missing are kept, and the platform is not asked', async () => {
  const { clock, gateway, server, link, log, eventually } = await startRenewing();
  const { state, connectionId } = await link({ expires: clock.now() + 3_600_000 });
  await gateway.store.transact(async (tx) => {
    const stored = await tx.credentials.ofConnection(connectionId);
    if (!stored) throw new Error('it has no credentials');
    const sealed = { keyId: 'lost', jwe: stored.sealed.jwe };
    await tx.credentials.set(connectionId, { ...stored, sealed, renewAt: clock.now() });
  });

  await eventually(async () => (await state()).health?.state).toBe('FAILING');

  expect(await state()).toMatchObject({
    status: 'LINKED',
    health: { failures: 1, reason: 'the secret cannot be decrypted: the key lost is missing' },
  });
  expect(server.requests).toEqual([]);
  expect(log.text()).not.toContain('"level":50');
});
