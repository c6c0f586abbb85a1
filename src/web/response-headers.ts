// The table of all security headers. The server sets those of `everyResponse` before it calls any handler, so no path
// can lack them. A handler replaces some of them only with others from this file.

/** The headers of every response: nothing is stored, sniffed, framed or sent on as a referrer. */
export const everyResponse: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** The header of responses to requests that came over HTTPS: browsers use nothing else for a year. */
export const overHttps: Readonly<Record<string, string>> = {
  'strict-transport-security': 'max-age=31536000',
};

/** How long browsers keep files that hold nothing of any company. */
export const cacheControl = {
  /** For a file whose name changes with its content. */
  forever: 'public, max-age=31536000, immutable',
  /** For a file whose name stays. */
  hour: 'public, max-age=3600',
  /** For a file that is checked each time. */
  revalidate: 'no-cache',
} as const;

/**
 * Returns the headers of a page without scripts. The page's address contains a code, so the page is not framed, stored
 * or sent as a referrer. `formTargets` is the policy's `form-action`; without it, forms may lead anywhere.
 */
export function pageHeaders(formTargets?: string): Record<string, string> {
  return withPolicy([
    "default-src 'none'",
    "style-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    ...(formTargets === undefined ? [] : [`form-action ${formTargets}`]),
  ]);
}

/** Returns the headers of a page whose scripts, styles and workers are files of this server. */
export function scriptedPageHeaders(): Record<string, string> {
  return withPolicy([
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "connect-src 'self'",
    // The editor sets the styles of its lines in the elements themselves.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]);
}

function withPolicy(policy: readonly string[]): Record<string, string> {
  return {
    ...everyResponse,
    'content-security-policy': policy.join('; '),
    'cross-origin-opener-policy': 'same-origin',
    'x-frame-options': 'DENY',
    'x-robots-tag': 'noindex',
  };
}
