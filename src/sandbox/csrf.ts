import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';

const cookieName = 'sandbox_csrf';

/** Returns the token that a form must carry to be accepted from this browser. Sets its cookie if it has none. */
export function csrfToken(c: Context, key: string): string {
  let id = getCookie(c, cookieName);
  if (id === undefined) {
    id = randomBytes(24).toString('base64url');
    setCookie(c, cookieName, id, { httpOnly: true, sameSite: 'Lax', path: '/connected-apps' });
  }
  return tokenOf(id, key);
}

/** Reports whether this browser sent a form from a page of the sandbox. */
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
