import * as openid from 'openid-client';
import { describe, expect, test } from 'vitest';
import { banking, clientOf, startTestSandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';

const invalidGrant = { error: 'invalid_grant' };

describe('a refresh token', () => {
  test('gives a new access token and a new refresh token', async () => {
    const client = await clientOf(await startTestSandbox());
    const first = await client.link();
    const second = await client.refresh(first.refresh_token);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(second.access_token).not.toBe(first.access_token);
    expect(second.claims()?.sub).toBe(first.claims()?.sub);
    expect(await client.tryAccess(second.access_token)).toBe(200);
    const third = await client.refresh(second.refresh_token);
    expect(await client.tryAccess(third.access_token)).toBe(200);
  });

  test('that comes a second time ends the access that it belongs to', async () => {
    const client = await clientOf(await startTestSandbox());
    const first = await client.link();
    const second = await client.refresh(first.refresh_token);
    await expect(client.refresh(first.refresh_token)).rejects.toMatchObject(invalidGrant);
    await expect(client.refresh(second.refresh_token)).rejects.toMatchObject(invalidGrant);
    expect(await client.tryAccess(second.access_token)).toBe(401);
  });

  test('that comes twice at the same time ends the access that it belongs to', async () => {
    const client = await clientOf(await startTestSandbox());
    const first = await client.link();
    const answers = await Promise.allSettled(
      Array.from({ length: 5 }, () => client.refresh(first.refresh_token)),
    );
    const given = answers.filter((answer) => answer.status === 'fulfilled');
    expect(given.length).toBeLessThanOrEqual(1);
    for (const { value } of given) {
      await expect(client.refresh(value.refresh_token)).rejects.toMatchObject(invalidGrant);
      expect(await client.tryAccess(value.access_token)).toBe(401);
    }
  });

  test('of one consent goes on when that of another ends', async () => {
    const client = await clientOf(await startTestSandbox());
    const first = await client.link();
    const again = await client.link();
    await openid.tokenRevocation(client.config, first.refresh_token);
    expect(await client.refresh(again.refresh_token)).toHaveProperty('access_token');
  });

  test('is of no use to another client', async () => {
    const sandbox = await startTestSandbox();
    const client = await clientOf(sandbox);
    const other = await clientOf(sandbox, banking);
    const { refresh_token: refreshToken } = await client.link();
    await expect(other.refresh(refreshToken)).rejects.toMatchObject(invalidGrant);
    await openid.tokenRevocation(other.config, refreshToken);
    expect(await client.refresh(refreshToken)).toHaveProperty('access_token');
  });

  test('is not given to a client that does not ask for offline access', async () => {
    const sandbox = await startTestSandbox();
    const client = await clientOf(sandbox);
    await expect(client.link({}, { scope: 'openid accounting.read' })).rejects.toThrow(
      'there is no refresh token',
    );
  });
});

describe('the revocation endpoint', () => {
  test('ends the whole access by its refresh token', async () => {
    const client = await clientOf(await startTestSandbox());
    const first = await client.link();
    const second = await client.refresh(first.refresh_token);
    await openid.tokenRevocation(client.config, second.refresh_token);
    await expect(client.refresh(second.refresh_token)).rejects.toMatchObject(invalidGrant);
    expect(await client.tryAccess(first.access_token)).toBe(401);
    expect(await client.tryAccess(second.access_token)).toBe(401);
  });

  test('takes a token that it does not know, and one that was revoked before', async () => {
    const client = await clientOf(await startTestSandbox());
    const { refresh_token: refreshToken } = await client.link();
    for (const token of ['never-given', refreshToken, refreshToken]) {
      await expect(openid.tokenRevocation(client.config, token)).resolves.toBeUndefined();
    }
  });
});

describe('lifetimes', () => {
  test('are told, and kept to', async () => {
    const sandbox = await startTestSandbox({ accessTokenSeconds: 3, refreshTokenSeconds: 3600 });
    const client = await clientOf(sandbox);
    const first = await client.link();
    expect(first.expires_in).toBe(3);
    await until('the access token expires', async () => {
      return (await client.tryAccess(first.access_token)) === 401;
    });
    const second = await client.refresh(first.refresh_token);
    expect(await client.tryAccess(second.access_token)).toBe(200);
  });

  test('end a refresh token, and with it the access', async () => {
    const sandbox = await startTestSandbox({ accessTokenSeconds: 1, refreshTokenSeconds: 3 });
    const client = await clientOf(sandbox);
    const { refresh_token: refreshToken } = await client.link();
    const page = () => fetch(`${sandbox.url}/connected-apps`).then((answer) => answer.text());
    expect(await page()).toContain('Revoke access');
    await until('the refresh token expires', async () => !(await page()).includes('Revoke access'));
    await expect(client.refresh(refreshToken)).rejects.toMatchObject(invalidGrant);
  });

  test.each([0, -1, 1.5, Number.NaN])('of %d seconds are refused', async (seconds) => {
    await expect(startTestSandbox({ accessTokenSeconds: seconds })).rejects.toThrow(
      'accessTokenSeconds must be a whole number of seconds',
    );
    await expect(startTestSandbox({ refreshTokenSeconds: seconds })).rejects.toThrow(
      'refreshTokenSeconds must be a whole number of seconds',
    );
  });
});
