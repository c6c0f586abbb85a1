import { BlockList, isIP } from 'node:net';

/** A range of addresses. */
export interface Network {
  readonly address: string;
  /** Number of leading bits that all addresses of the network share. */
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

/**
 * Parses an address or a network such as `10.0.0.0/8` or `2001:db8::/32`. Returns `undefined` for anything else, for a
 * network of all addresses, and for IPv4 addresses in the form of IPv6.
 */
export function parseNetwork(text: string): Network | undefined {
  const [, address = '', length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  if (version === 0 || address.includes('%') || mappedAddress(address) !== undefined) {
    return undefined;
  }
  const bits = version === 4 ? 32 : 128;
  const prefix = length === undefined ? bits : Number(length);
  if (prefix < 1 || prefix > bits) return undefined;
  return { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' };
}

/** Returns a check whether an address is in one of some networks. */
export function addressesOf(networks: readonly Network[]): (address: string) => boolean {
  const list = new BlockList();
  for (const { address, prefix, family } of networks) list.addSubnet(address, prefix, family);
  return (address) => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** Returns an address in its plain form: an IPv4 address in the form of IPv6 as IPv4. `undefined` if it is none. */
export function plainAddress(text: string): string | undefined {
  if (isIP(text) === 0) return undefined;
  const [address = ''] = text.split('%', 1);
  return mappedAddress(address) ?? address;
}

/**
 * Returns what stands for the sender of an address: the address itself for IPv4, and the first 64 bits for IPv6, since a
 * single subscriber has all addresses that begin so.
 */
export function senderOf(address: string): string {
  return isIP(address) === 6 ? `${groupsOf(address).slice(0, 4).join(':')}::/64` : address;
}

/** Returns the IPv4 address that an IPv6 address holds, if it does. */
function mappedAddress(address: string): string | undefined {
  if (isIP(address) !== 6) return undefined;
  const groups = groupsOf(address);
  if (groups.slice(0, 6).join(':') !== '0:0:0:0:0:ffff') return undefined;
  const [high = 0, low = 0] = groups.slice(6).map((group) => Number.parseInt(group, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** Returns the eight groups of an IPv6 address, in hexadecimal without leading zeros. */
function groupsOf(address: string): string[] {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [left = [], right = []] = canonical
    .split('::', 2)
    .map((part) => part.split(':').filter((group) => group !== ''));
  const missing = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...missing, ...right];
}
