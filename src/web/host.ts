import { isIP } from 'node:net';

/** Reports whether a host name or address is a loopback name of this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Reports whether a request's `Host` header names this machine by a loopback name, or is absent. */
export function namesLoopback(host: string | undefined): boolean {
  return host === undefined || isLoopback(hostName(host));
}

/**
 * Reports whether a request's `Host` header is one of `names`, a loopback name or an address, or is absent. A web page
 * that points its own name at this machine sends that name, never an address.
 */
export function namesServed(host: string | undefined, names: ReadonlySet<string>): boolean {
  if (host === undefined) return true;
  const name = hostName(host);
  return isLoopback(name) || isIP(name) !== 0 || names.has(name);
}

/** Returns the name in a `Host` header, in lower case, without port, brackets and a dot at the end. */
export function hostName(host: string): string {
  const name = host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1');
  return name.toLowerCase().replace(/\.$/, '');
}
