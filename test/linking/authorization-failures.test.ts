import { beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import type { CompanyId, ConnectionId } from '../../src/domain/id.ts';
import { completeAuthorization } from '../../src/linking/flow/complete-authorization.ts';
import { newLinkCode } from '../../src/linking/flow/link-code.ts';
import { startAuthorization } from '../../src/linking/flow/start-authorization.ts';
import { ofConnection } from '../../src/vault/vault.ts';
import { startTestGateway } from '../support/gateway.ts';
import { shared } from '../support/lifetime.ts';
import { onlyConnectionOf } from '../support/linking.ts';
import { answerJson, platformAt, startPlatformServer } from '../support/platform-server.ts';
import { inDatabase } from '../support/rows.ts';

const good = { token_type: 'bearer', access_token: 'access', refresh_token: 'refresh' };
const oversized = JSON.stringify(good).padEnd(1_000_001);
let tokens: unknown = good;
let account: unknown = { id: 'account-1' };
let requests = 0;

beforeEach(() => {
  tokens = good;
  account = { id: 'account-1' };
  requests = 0;
});

const setting = shared(async () => {
  const url = await startPlatformServer((request, response) => {
    requests += 1;
    request.resume();
    answerJson(response, request.url === '/me' ? account : tokens);
  });
  const gateway = await startTestGateway();
  const { store, vault } = gateway;
  const platform = platformAt(url, { account: { from: 'request', url: `${url}/me`, path: 'id' } });
  const platforms = new Map([['gbol', platform]]);
  const services = { store, vault, platforms, clock: systemClock, maxConnections: 1000 };
  return { gateway, services };
});

/** Begins an authorization of a new connection. Returns how it ends, which `inBetween` may change. */
async function authorize(inBetween: (ids: Ids) => unknown = () => {}) {
  const { gateway, services } = setting();
  const added = await gateway.withCompany({ connections: [{ status: 'PendingAuth' }] });
  const ids = {
    companyId: added.companyId as CompanyId,
    connectionId: added.connectionId as ConnectionId,
  };
  const now = Date.now();
  const target = { ...ids, allowDifferentAccount: false };
  const { code } = newLinkCode(services.vault, target, now);
  const browser = 'the token of a browser';
  const started = await startAuthorization(services, { visit: { ...ids, code, browser } }, now);
  if (!started.ok) throw new Error(started.error.kind);
  await inBetween(ids);
  const state = started.value.searchParams.get('state') ?? '';
  const url = new URL(`http://127.0.0.1/link/callback/gbol?code=c&state=${state}`);
  const answer = { integrationKey: 'gbol', url, browser };
  const ended = await completeAuthorization(services, answer, now);
  const { status, history } = await onlyConnectionOf(gateway, ids.companyId);
  const credentials = await gateway.store.credentials.ofConnection(ids.connectionId);
  return { outcome: ended?.outcome, status, last: history.nodes.at(-1), credentials };
}

interface Ids {
  readonly companyId: CompanyId;
  readonly connectionId: ConnectionId;
}

test.for([
  ['a token with a line break', { ...good, access_token: 'a\r\nb' }, 'accessToken must be visible'],
  ['a token that is too long', { ...good, refresh_token: 'x'.repeat(500_000) }, 'at most 16384'],
  ['a response that is too large', oversized, 'its response has more than 1000000 bytes'],
] as const)(
  '%s fails the authorization, with the reason in the history',
  async ([, answer, why]) => {
    tokens = answer;

    const { outcome, status, last, credentials } = await authorize();

    expect(outcome?.statusCode).toBe(500);
    expect(status).toBe('PENDING_AUTH');
    expect(last).toMatchObject({ type: 'CONNECTION_FAILED', actor: 'link' });
    expect(last?.['reason']).toContain(why);
    expect(credentials).toBeUndefined();
    // The token is not sent on, to ask for the account.
    expect(requests).toBe(1);
  },
);

test.for([
  ['too large', ''.padEnd(1_000_001), 'its response has more than 1000000 bytes'],
  ['no JSON', '<html>', 'no JSON'],
  ['without an account', { id: 'x'.repeat(256) }, 'no account'],
] as const)(
  'an account response that is %s is in the history of what is linked',
  async ([, answer, why]) => {
    account = answer;

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
    expect(requests).toBe(0);
  },
);
