/**
 * Returns the URL to which a platform redirects the browser. Each platform has its own, so that the code of one cannot
 * be passed off as that of another, even if a platform does not identify itself (RFC 9700, section 4.4.2.2).
 */
export type RedirectUri = (integrationKey: string) => string;

/** Returns the redirect URIs under the base of the gateway's URLs, as browsers reach it. */
export function redirectUrisAt(publicUrl: string): RedirectUri {
  return (integrationKey) => `${publicUrl}/link/callback/${integrationKey}`;
}
