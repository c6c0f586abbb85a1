import { addressesOf, parseNetwork, plainAddress, type Network } from '../network.ts';

/**
 * The networks that are not the public internet, by the IANA registries of special-purpose addresses for IPv4 and IPv6.
 * Ranges of IPv6 that hold an IPv4 address (NAT64, 6to4, Teredo, IPv4-compatible) are among them, because they can lead
 * to any IPv4 address.
 */
const specialNetworks = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  '5f00::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
];

const loopback = networksOf(['127.0.0.0/8', '::1']);
const isSpecial = addressesOf(networksOf(specialNetworks));

/** What a client may connect to. */
export interface DestinationRules {
  /** Networks that may be reached beside the public internet, over http too. */
  readonly networks?: readonly Network[];
  /** Whether this machine may be reached by its loopback addresses, over http too. */
  readonly loopback?: boolean;
  /** Whether the public internet may be reached over http. */
  readonly plainHttp?: boolean;
}

/** Decides whether a connection to an address may be made. */
export type Destinations = (address: string, isEncrypted: boolean) => boolean;

/** Returns the check of addresses by some rules. It returns `false` for text that is no IP address. */
export function destinationsBy(rules: DestinationRules): Destinations {
  const isListed = addressesOf([...(rules.networks ?? []), ...(rules.loopback ? loopback : [])]);
  return (text, isEncrypted) => {
    const address = plainAddress(text);
    if (address === undefined) return false;
    if (isListed(address)) return true;
    return (isEncrypted || rules.plainHttp === true) && !isSpecial(address);
  };
}

function networksOf(texts: readonly string[]): Network[] {
  return texts.map((text) => {
    const network = parseNetwork(text);
    if (network === undefined) throw new Error(`${text} is no network`);
    return network;
  });
}
