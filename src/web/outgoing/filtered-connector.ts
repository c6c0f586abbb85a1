import { lookup as lookUp } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import type { Destinations } from './destinations.ts';

/** A connection was not made because its address must not be reached. */
export class BlockedAddressError extends Error {
  override readonly name = 'BlockedAddressError';
}

/**
 * Returns a function that opens connections to permitted addresses only. It checks the addresses that it connects to, not
 * those of an earlier look-up: a name may change its address in between. `timeoutMs` limits the time until connected.
 */
export function filteredConnector(
  permits: Destinations,
  timeoutMs: number,
): buildConnector.connector {
  const [plain, encrypted] = [false, true].map((isEncrypted) =>
    buildConnector({
      timeout: timeoutMs,
      lookup: filteredLookup((address) => permits(address, isEncrypted)),
    }),
  );
  return (options, callback) => {
    const { hostname, protocol } = options;
    const isEncrypted = protocol === 'https:';
    // Node does not look up a host that is an address.
    if (isIP(hostname) !== 0 && !permits(hostname, isEncrypted)) {
      callback(new BlockedAddressError(), null);
      return;
    }
    (isEncrypted ? encrypted : plain)?.(options, callback);
  };
}

function filteredLookup(isPermitted: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookUp(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) {
        callback(error, []);
        return;
      }
      const permitted = addresses.filter(({ address }) => isPermitted(address));
      const [first] = permitted;
      if (first === undefined) callback(new BlockedAddressError(), []);
      else if (options.all) callback(null, permitted);
      else callback(null, first.address, first.family);
    });
  };
}
