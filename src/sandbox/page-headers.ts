/** The headers of every page. */
export function pageHeaders(): Record<string, string> {
  return { ...headers, 'content-security-policy': policy(`form-action 'self'`) };
}

/**
 * The headers of a page whose form leads back to the application. Browsers that apply `form-action` to the redirects
 * after a form would stop there, or where the application redirects to.
 */
export function leavingPageHeaders(): Record<string, string> {
  return { ...headers, 'content-security-policy': policy() };
}

const headers = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

function policy(...more: string[]): string {
  return [
    `default-src 'none'`,
    `style-src 'self'`,
    `base-uri 'none'`,
    `frame-ancestors 'none'`,
    ...more,
  ].join('; ');
}
