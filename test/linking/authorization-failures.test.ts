import { beforeEach, expect, test } from 'vitest';
import { ofConnection } from '../../src/vault/vault.ts';
import { json, startGranting, type Ids } from '../support/granting.ts';
import { shared } from '../support/lifetime.ts';
import { onlyConnectionOf } from '../support/linking.ts';
import { inDatabase } from '../support/rows.ts';

const good = { token_type: 'bearer', access_token: 'access', refresh_token: 'refresh' };
const oversized = JSON.stringify(good).padEnd(1_000_001);
const setting = shared(() => startGranting());

beforeEach(() => {
  const { answers, requests } = setting();
  answers.tokens = good;
  answers.account = json({ id: 'account-1' });
  requests.length = 0;
});

/** Begins an authorization of a new connection. Returns how it ends, which `inBetween` may change. */
async function authorize(inBetween: (ids: Ids) => unknown = () => {}) {
  const { gateway, add, begin } = setting();
  const ids = await add();
  const complete = await begin(ids);
  await inBetween(ids);
  const ended = await complete();
  const { status, history } = await onlyConnectionOf(gateway, ids.companyId);
  const credentials = await gateway.store.credentials.ofConnection(ids.connectionId);
  return { outcome: ended?.outcome, status, last: history.nodes.at(-1), credentials };
}

test.for([
  ['a token with a line break', { ...good, access_token: 'a\r\nb' }, 'accessToken must be visible'],
  ['a token that is too long', { ...good, refresh_token: 'x'.repeat(500_000) }, 'at most 16384'],
  ['a response that is too large', oversized, 'its response has more than 1000000 bytes'],
] as const)(
  '%s fails the authorization, with the reason in the history',
  async ([, answer, why]) => {
    setting().answers.tokens = answer;

    const { outcome, status, last, credentials } = await authorize();

    expect(outcome?.statusCode).toBe(500);
    expect(status).toBe('PENDING_AUTH');
    expect(last).toMatchObject({ type: 'CONNECTION_FAILED', actor: 'link' });
    expect(last?.['reason']).toContain(why);
    expect(credentials).toBeUndefined();
    // The token is not sent on, to ask for the account.
    expect(setting().requests).toHaveLength(1);
  },
);

test.for([
  ['too large', ''.padEnd(1_000_001), 'its response has more than 1000000 bytes'],
  ['no JSON', '<html>', 'no JSON'],
  ['without an account', { id: 'x'.repeat(256) }, 'no account'],
] as const)(
  'an account response that is %s is in the history of what is linked',
  async ([, answer, why]) => {
    setting().answers.account = json(answer);

    const { outcome, status, last } = await authorize();

    expect(outcome?.statusCode).toBe(200);
    expect(status).toBe('LINKED');
    expect(last?.['type']).toBe('CONNECTION_CONNECTED');
    expect(last?.['reason']).toMatch(/^linked, but the account could not be read: /);
    expect(last?.['reason']).toContain(why);
  },
);

test('where all is right, nothing is said', async () => {
  const { outcome, last } = await authorize();

  expect(outcome).toEqual({ statusCode: 200, message: null });
  expect(last).toMatchObject({ type: 'CONNECTION_CONNECTED', reason: null });
});

test.for([
  ['of a key that is lost', async () => ({ keyId: 'lost' }), 'the key lost is missing'],
  ['that were altered', async () => ({ secrets: 'garbled' }), 'it was modified'],
  [
    'that are credentials',
    async (ids: Ids) => {
      const { jwe } = await setting().services.vault.seal(good, ofConnection('credentials', ids));
      return { secrets: jwe };
    },
    'another purpose',
  ],
  [
    'that are something else',
    async (ids: Ids) => {
      const { jwe } = await setting().services.vault.seal(good, ofConnection('authorization', ids));
      return { secrets: jwe };
    },
    'does not hold an authorization',
  ],
] as const)(
  'secrets of an authorization %s fail it, and nothing is sent',
  async ([, spoil, why]) => {
    const { outcome, status, last } = await authorize(async (ids) => {
      const spoilt: { keyId?: string; secrets?: string } = await spoil(ids);
      inDatabase(setting().gateway.file, (db) =>
        db
          .prepare(
            'UPDATE authorizations SET key_id = coalesce(?, key_id), secrets = coalesce(?, secrets) WHERE connection_id = ?',
          )
          .run(spoilt.keyId ?? null, spoilt.secrets ?? null, ids.connectionId),
      );
    });

    expect(outcome?.statusCode).toBe(500);
    expect(status).toBe('PENDING_AUTH');
    expect(last).toMatchObject({ type: 'CONNECTION_FAILED', actor: 'link' });
    expect(last?.['reason']).toMatch(/^the secret cannot be decrypted: /);
    expect(last?.['reason']).toContain(why);
    expect(setting().requests).toEqual([]);
  },
);
