import type { Context } from 'hono';

/** The fields of a form that a browser sent; `undefined` if it sent something else. */
export async function readForm(c: Context): Promise<URLSearchParams | undefined> {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') return undefined;
  return new URLSearchParams(await c.req.text());
}

/**
 * Whether the browser says that no page of this origin sent the request: another site or port did, or the user. Browsers
 * that do not say are let through. For them a SameSite cookie or a token in the form must protect.
 */
export function isFromElsewhere(c: Context): boolean {
  const site = c.req.header('sec-fetch-site');
  return site !== undefined && site !== 'same-origin';
}
