import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { newToken } from '../flow/token.ts';

/** How long the cookie lasts after each page, in seconds: longer than an authorization may take. */
const knownSeconds = 24 * 60 * 60;

/** Identifies browsers by a cookie with a random token: only the browser that begins an authorization can end it. */
export interface BrowserCookie {
  /** Returns the token of the browser, if the request has a valid one. */
  read(c: Context): string | undefined;
  /** Sets the cookie: keeps the browser's token or makes a new one, and renews its lifetime. */
  give(c: Context): void;
}

/** Makes the cookie. `isSecure` says whether browsers reach the gateway by https. */
export function browserCookie(isSecure: boolean): BrowserCookie {
  // Browsers accept a __Host- cookie from exactly this host only (RFC 6265bis).
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
        // The platform sends the browser back here from its own site, and browsers then omit a Strict cookie.
        sameSite: 'Lax',
        maxAge: knownSeconds,
      });
    },
  };
}
