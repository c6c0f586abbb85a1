import type { MiddlewareHandler } from 'hono';
import { pageHeaders } from '../../web/response-headers.ts';

/** Sets the headers of every page. The policy lets forms redirect to platforms, which are on other hosts. */
export function linkPageHeaders(formTargets: readonly string[]): MiddlewareHandler {
  const { 'cache-control': cacheControl, ...headers } = pageHeaders(
    `'self' https: ${formTargets.join(' ')}`.trim(),
  );
  return async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(headers)) c.header(name, value);
    // Only the stylesheet sets its own value.
    if (!c.res.headers.has('cache-control')) c.header('cache-control', cacheControl);
  };
}
