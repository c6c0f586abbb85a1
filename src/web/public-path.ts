/**
 * Returns the path of the URL at which browsers reach a server, without a slash at its end. It precedes every path of the
 * server in a browser, and a proxy removes it from requests.
 */
export function publicPathOf(publicUrl: string): string {
  return new URL(publicUrl).pathname.replace(/\/$/, '');
}
