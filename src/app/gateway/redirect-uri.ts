/**
 * Where a platform sends the browser back to. Each has an address of its own, so that the code of one cannot be passed off
 * as the answer of another, also where a platform does not say who it is (RFC 9700, section 4.4.2.2).
 */
export type RedirectUri = (integrationKey: string) => string;

/** The addresses under the base of the gateway's URLs, as browsers reach it. */
export function redirectUrisAt(publicUrl: string): RedirectUri {
  return (integrationKey) => `${publicUrl}/link/callback/${integrationKey}`;
}
