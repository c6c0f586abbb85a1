import type { Context } from 'hono';

/** The fields of a form that a browser sent; `undefined` if it sent something else. */
export async function readForm(c: Context): Promise<URLSearchParams | undefined> {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') return undefined;
  return new URLSearchParams(await c.req.text());
}

/**
 * Whether the browser says that another site, which another port is too, sent the request. Browsers that do not tell are
 * let through: for those a cookie that is not sent across sites, or a token in the form, must do.
 */
export function isFromElsewhere(c: Context): boolean {
  const site = c.req.header('sec-fetch-site');
  return site !== undefined && site !== 'same-origin';
}
