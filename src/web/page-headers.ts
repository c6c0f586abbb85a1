/**
 * The headers of a page: no script at all, no frame around it, nothing kept, and no address passed on, since addresses
 * hold codes. `formTargets` says where its forms may lead, in the words of the Content Security Policy; anywhere if it is
 * not given.
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
