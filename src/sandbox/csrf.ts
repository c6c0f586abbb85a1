import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';

const cookieName = 'sandbox_csrf';

/** What a form must carry to be taken from this browser, which gets a cookie for that if it has none. */
export function csrfToken(c: Context, key: string): string {
  let id = getCookie(c, cookieName);
  if (id === undefined) {
    id = randomBytes(24).toString('base64url');
    setCookie(c, cookieName, id, { httpOnly: true, sameSite: 'Lax', path: '/connected-apps' });
  }
  return tokenOf(id, key);
}

/** Whether a form was sent by this browser, from a page of the sandbox. */
export function isOwnForm(c: Context, key: string, token: string | null): boolean {
  const id = getCookie(c, cookieName);
  if (id === undefined || token === null) return false;
  const expected = Buffer.from(tokenOf(id, key));
  const given = Buffer.from(token);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function tokenOf(id: string, key: string): string {
  return createHmac('sha256', key).update(`csrf:${id}`).digest('base64url');
}
