/** The limits of granted scopes: their number, and characters of each. */
export const scopeLimits = { scopes: 100, scope: 200 } as const;

/** A scope token (RFC 6749, section 3.3). */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/**
 * Parses the `scope` of a token response: scopes with spaces between them, in any order. Returns each once, sorted, or
 * `undefined` if one is not a scope or they break the limits.
 */
export function parseScopes(text: string): string[] | undefined {
  const scopes = [...new Set(text.split(' ').filter((scope) => scope !== ''))].toSorted();
  const isValid =
    scopes.length <= scopeLimits.scopes &&
    scopes.every((scope) => scope.length <= scopeLimits.scope && scopeToken.test(scope));
  return isValid ? scopes : undefined;
}

/** The longest list of added, or removed, scopes in a reason, which has at most 1,000 characters. */
const maxListed = 400;

/** Says how scopes changed, for the history; `undefined` if they did not. */
export function scopeChange(
  before: readonly string[],
  after: readonly string[],
): string | undefined {
  const added = after.filter((scope) => !before.includes(scope));
  const removed = before.filter((scope) => !after.includes(scope));
  const parts = [
    ...(added.length > 0 ? [`added ${listed(added)}`] : []),
    ...(removed.length > 0 ? [`removed ${listed(removed)}`] : []),
  ];
  return parts.length > 0
    ? `the scopes that the platform grants changed: ${parts.join('; ')}`
    : undefined;
}

function listed(scopes: readonly string[]): string {
  const named: string[] = [];
  let length = 0;
  for (const scope of scopes) {
    length += scope.length + 2;
    if (length > maxListed) break;
    named.push(scope);
  }
  const more = scopes.length - named.length;
  return named.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
