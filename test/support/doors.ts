import { expect } from 'vitest';

/** Expects the headers that every response has; `cache-control` unless it is one of a file that may be kept. */
export function expectEveryHeader(
  headers: Readonly<Record<string, unknown>>,
  what: string,
  kept?: string,
): void {
  const { 'content-security-policy': policy } = headers;
  expect({
    what,
    sniffing: headers['x-content-type-options'],
    referrer: headers['referrer-policy'],
    cache: headers['cache-control'],
    isFramed: !String(policy).includes(`frame-ancestors 'none'`),
    hasOnlyOwn: String(policy).startsWith(`default-src 'none';`),
  }).toEqual({
    what,
    sniffing: 'nosniff',
    referrer: 'no-referrer',
    cache: kept ?? 'no-store',
    isFramed: false,
    hasOnlyOwn: true,
  });
}
