import type { Context, MiddlewareHandler } from 'hono';
import { faultOfType } from './media-type.ts';
import type { RequestFault } from './request-fault.ts';
import { faultOfEscapes } from './utf8.ts';

/** Lets only forms in UTF-8 pass to the next handler, or responds with `onFault`. */
export function formOnly(
  onFault: (c: Context, fault: RequestFault) => Response | Promise<Response>,
): MiddlewareHandler {
  return async (c, next) => {
    const fault =
      faultOfType(c.req.header('content-type'), 'application/x-www-form-urlencoded') ??
      faultOfEscapes(await c.req.text(), 'form');
    return fault === undefined ? next() : onFault(c, fault);
  };
}

/** Returns the fields of a form that `formOnly` let pass. */
export async function readForm(c: Context): Promise<URLSearchParams> {
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
