/** The limits of granted scopes: characters of all, with spaces between them, and their number. */
export const scopeLimits = { text: 4096, scopes: 100 } as const;

/** A scope token (RFC 6749, section 3.3). */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/**
 * Parses the `scope` of a token response: scopes with spaces between them, in any order. Returns each once, sorted;
 * `undefined` if one of them is not a scope or they break the limits.
 */
export function parseScopes(text: string): string[] | undefined {
  if (text.length > scopeLimits.text) return undefined;
  const scopes = [...new Set(text.split(' ').filter((scope) => scope !== ''))].toSorted();
  const isValid = scopes.length <= scopeLimits.scopes && scopes.every((it) => scopeToken.test(it));
  return isValid ? scopes : undefined;
}

/** The longest list of added, or removed, scopes in a reason, which has at most 1,000 characters. */
const maxListed = 400;

/** Describes how scopes changed, for the history; `undefined` if they did not. */
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
  return parts.length === 0 ? undefined : `the granted scopes changed: ${parts.join('; ')}`;
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
  if (more === 0) return named.join(', ');
  return named.length === 0 ? `${more} too long to name` : `${named.join(', ')} and ${more} more`;
}
