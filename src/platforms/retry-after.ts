/** The longest time that a platform can make the gateway wait, in ms: after it, the credentials may have expired. */
const maxMs = 24 * 60 * 60 * 1000;

/**
 * Returns the time that a `Retry-After` header asks to wait, in ms, at most a day. A date counts from the `Date` header
 * of the same response, so that the clocks need not agree. Returns `undefined` if there is no header, or if it is neither
 * whole seconds nor a date of HTTP (RFC 9110, section 10.2.3).
 */
export function retryAfterMs(headers: Headers): number | undefined {
  const text = headers.get('retry-after')?.trim() ?? '';
  const ms = /^\d+$/.test(text)
    ? Number(text) * 1000
    : instant(text) - instant(headers.get('date'));
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), maxMs);
}

/** Parses a date of HTTP (RFC 9110, section 5.6.7). Returns `NaN` for any other text. */
function instant(text: string | null): number {
  return text !== null && /^[A-Z][a-z]{2,8}, [\w :-]{8,30} GMT$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
}
