/**
 * Returns the headers of a page: no scripts, no framing, no caching, and no referrer, since URLs hold codes.
 * `formTargets` says where its forms may lead, as sources of the Content Security Policy; anywhere if absent.
 */
export function pageHeaders(formTargets?: string) {
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    ...(formTargets === undefined ? [] : [`form-action ${formTargets}`]),
  ];
  return {
    'content-security-policy': policy.join('; '),
    'cache-control': 'no-store',
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'x-robots-tag': 'noindex',
  };
}
