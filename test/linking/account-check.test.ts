import { expect, test } from 'vitest';
import { change } from '../support/change.ts';
import { json, startGranting, type Granting, type Ids } from '../support/granting.ts';
import { onlyConnectionOf } from '../support/linking.ts';

const html: Granting['answers']['account'] = (response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<html>sign in</html>');
};
const breaksOff: Granting['answers']['account'] = (response) => {
  response.destroy();
};

/** Profiles that name the account in each way, and the answers that name none. */
const ways: Record<
  string,
  {
    readonly profile: Parameters<typeof startGranting>[0];
    readonly spoil: (granting: Granting) => void;
    readonly why: string;
  }
> = {
  ...Object.fromEntries(
    (
      [
        ['status 503', json({}, 503), 'it returned status 503'],
        ['status 401', json({}, 401), 'status 401'],
        ['an HTML page', html, 'no JSON'],
        ['no accounts', json([]), 'no account'],
        ['nothing', breaksOff, 'the platform is not available'],
      ] as const
    ).map(([name, answer, why]) => [
      `a request that returns ${name}`,
      {
        profile: undefined,
        spoil: ({ answers }: Granting) => {
          answers.account = answer;
        },
        why,
      },
    ]),
  ),
  'a callback without it': {
    profile: () => ({ account: { from: 'callback', parameter: 'realmId' } }),
    spoil: () => {},
    why: 'no account in the redirect',
  },
  'a token response without it': {
    profile: () => ({ account: { from: 'tokenResponse', field: 'account_id' } }),
    spoil: () => {},
    why: 'no account in the token response',
  },
  'no ID token': {
    profile: () => ({ account: { from: 'idToken', claim: 'tid' } }),
    spoil: () => {},
    why: 'no account in the ID token',
  },
};

async function linkElsewhere({ gateway }: Granting, ids: Ids) {
  const credentials = { accessToken: 'from-elsewhere', accountId: 'account-1' };
  await change(gateway, 'authorizeConnection', { ...ids, credentials });
}

async function end(granting: Granting, ids: Ids, given: Parameters<Granting['begin']>[1] = {}) {
  const complete = await granting.begin(ids, given);
  const ended = await complete();
  const { status, history } = await onlyConnectionOf(granting.gateway, ids.companyId);
  return { outcome: ended?.outcome, status, last: history.nodes.at(-1) };
}

test.for(Object.entries(ways))(
  'a known account that %s does not confirm is not linked again',
  async ([, { profile, spoil, why }]) => {
    const granting = await startGranting(profile);
    const ids = await granting.add();
    await linkElsewhere(granting, ids);
    await change(granting.gateway, 'unlinkConnection', { ...ids });
    spoil(granting);

    const { outcome, status, last } = await end(granting, ids);

    expect(outcome).toEqual({
      statusCode: 503,
      message:
        'We could not check that you chose the same account as before. Please try again in a few minutes.',
    });
    expect(status).toBe('UNLINKED');
    expect(last).toMatchObject({ type: 'CONNECTION_FAILED', actor: 'link' });
    expect(last?.['reason']).toMatch(/^the account could not be compared with the one before: /);
    expect(last?.['reason']).toContain(why);
    expect(await granting.gateway.store.credentials.accountOf(ids.connectionId)).toBe('account-1');
  },
);

test.for(Object.entries(ways))(
  'a first link is made although %s names no account',
  async ([, { profile, spoil, why }]) => {
    const granting = await startGranting(profile);
    const ids = await granting.add();
    spoil(granting);

    const { outcome, status, last } = await end(granting, ids);

    expect(outcome?.statusCode).toBe(200);
    expect(status).toBe('LINKED');
    expect(last?.['reason']).toContain(`linked, but the account could not be read: `);
    expect(last?.['reason']).toContain(why);
  },
);

test('an outage that passes at once is not noticed', async () => {
  const granting = await startGranting();
  const ids = await granting.add();
  await linkElsewhere(granting, ids);
  const outages = [json({}, 503), breaksOff];
  granting.answers.account = (response) => (outages.shift() ?? json({ id: 'account-1' }))(response);

  const { outcome, last } = await end(granting, ids);

  expect(outcome?.statusCode).toBe(200);
  expect(last).toMatchObject({ type: 'CONNECTION_RECONNECTED', reason: null });
  expect(granting.requests.filter(({ path }) => path === '/me')).toHaveLength(3);
});

test('a platform that asks to wait for longer than people would is not asked again', async () => {
  const granting = await startGranting();
  const ids = await granting.add();
  await linkElsewhere(granting, ids);
  granting.answers.account = (response) => {
    response.writeHead(429, { 'retry-after': '120' }).end();
  };

  const { outcome } = await end(granting, ids);

  expect(outcome?.statusCode).toBe(503);
  expect(granting.requests.filter(({ path }) => path === '/me')).toHaveLength(1);
});

test('a link that allows another account needs no comparison, and forgets the account of before', async () => {
  const granting = await startGranting();
  const ids = await granting.add();
  await linkElsewhere(granting, ids);
  granting.answers.account = json({}, 503);

  const { outcome, status, last } = await end(granting, ids, { allowDifferentAccount: true });

  expect(outcome?.statusCode).toBe(200);
  expect(status).toBe('LINKED');
  expect(last?.['reason']).toContain('linked, but the account could not be read: ');
  expect(await granting.gateway.store.credentials.accountOf(ids.connectionId)).toBeUndefined();
});

test('at a platform that names no accounts, a connection with a given one is linked again', async () => {
  const granting = await startGranting(() => ({}));
  const ids = await granting.add();
  await linkElsewhere(granting, ids);

  const { outcome, status } = await end(granting, ids);

  expect(outcome?.statusCode).toBe(200);
  expect(status).toBe('LINKED');
  expect(await granting.gateway.store.credentials.accountOf(ids.connectionId)).toBe('account-1');
});

test('QuickBooks and others that name the account in the callback are compared by it', async () => {
  const granting = await startGranting(() => ({
    account: { from: 'callback', parameter: 'realmId' },
  }));
  const ids = await granting.add();
  await linkElsewhere(granting, ids);

  const other = await end(granting, ids, { query: '&realmId=account-2' });
  const same = await end(granting, ids, { query: '&realmId=account-1' });

  expect(other.outcome?.statusCode).toBe(409);
  expect(same.outcome?.statusCode).toBe(200);
});
