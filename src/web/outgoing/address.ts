import { namesLoopback } from '../host.ts';

/**
 * Reports whether a URL can be of a platform: https anywhere, plain http only on this machine, where the sandbox is, and
 * no name or password. `OutgoingClient` decides whether its address may be reached.
 */
export function isAllowedAddress(url: URL): boolean {
  const isEncrypted = url.protocol === 'https:' || (url.protocol === 'http:' && isLocal(url));
  return isEncrypted && url.username === '' && url.password === '';
}

/** Reports whether a URL is of this machine, by a loopback name or address. */
export function isLocal({ host }: URL): boolean {
  return namesLoopback(host);
}
