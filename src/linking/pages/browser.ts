import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { newToken } from '../flow/token.ts';

/** For how long a browser is known after each page, in seconds: longer than what it begins there may take. */
const knownSeconds = 24 * 60 * 60;

/** Knows browsers by a cookie with a random token, so that what one began no other can end. */
export interface BrowserCookie {
  /** The token of the browser, if it has been here before. */
  read(c: Context): string | undefined;
  /** Makes sure that the browser has a token, and keeps it for as long as it may need it from now on. */
  give(c: Context): void;
}

/** Makes the cookie for a gateway that browsers reach by https, or not. */
export function browserCookie(isSecure: boolean): BrowserCookie {
  // A name with __Host- is taken by browsers from exactly this host only (RFC 6265bis).
  const name = isSecure ? '__Host-connexions-link' : 'connexions-link';
  const read = (c: Context) => {
    const token = getCookie(c, name);
    return token !== undefined && /^[\w-]{43}$/.test(token) ? token : undefined;
  };
  return {
    read,
    give(c) {
      setCookie(c, name, read(c) ?? newToken(), {
        path: '/',
        httpOnly: true,
        secure: isSecure,
        // The platform sends the browser back here by a link, with which a strict cookie would not come.
        sameSite: 'Lax',
        maxAge: knownSeconds,
      });
    },
  };
}
