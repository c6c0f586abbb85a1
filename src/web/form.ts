import type { Context } from 'hono';

/** Returns the fields of a form that a browser sent; `undefined` if it sent something else. */
export async function readForm(c: Context): Promise<URLSearchParams | undefined> {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') return undefined;
  return new URLSearchParams(await c.req.text());
}

/**
 * Reports whether the browser says that no page of this origin sent the request, but another site or port, or the user.
 * Browsers that do not say are let through; for them, a SameSite cookie or a form token must protect.
 */
export function isFromElsewhere(c: Context): boolean {
  const site = c.req.header('sec-fetch-site');
  return site !== undefined && site !== 'same-origin';
}
