import type { MiddlewareHandler } from 'hono';

/**
 * What browsers are told of every page: no script at all, no frame around it, nothing kept, and no address passed on,
 * since addresses hold codes. Forms lead to platforms, which are on other hosts.
 */
export function pageHeaders(formTargets: readonly string[]): MiddlewareHandler {
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    `form-action 'self' https: ${formTargets.join(' ')}`.trim(),
  ].join('; ');
  return async (c, next) => {
    await next();
    c.header('content-security-policy', policy);
    c.header('x-frame-options', 'DENY');
    c.header('x-content-type-options', 'nosniff');
    c.header('referrer-policy', 'no-referrer');
    c.header('cross-origin-opener-policy', 'same-origin');
    c.header('x-robots-tag', 'noindex');
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store');
  };
}
