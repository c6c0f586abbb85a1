import { namesLoopback } from './host.ts';

/**
 * Reports whether the gateway sends requests to a URL: https anywhere, plain http only to this machine, where the
 * sandbox is. Every request that leaves the gateway passes this check.
 */
export function isAllowedAddress(url: URL): boolean {
  const isEncrypted = url.protocol === 'https:' || (url.protocol === 'http:' && isLocal(url));
  // `fetch` does not send a name and password in a URL, but throws an error that quotes them.
  return isEncrypted && url.username === '' && url.password === '';
}

/** Reports whether a URL is of this machine, by a loopback name or address. */
export function isLocal({ host }: URL): boolean {
  return namesLoopback(host);
}
