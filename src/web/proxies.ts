import type { IncomingMessage } from 'node:http';
import { addressesOf, plainAddress, senderOf, type Network } from './network.ts';

/** Reads who sent a request, and how, where proxies may stand between. */
export interface Proxies {
  /** Returns the address that the request came from; an IPv6 address as its /64 network. */
  addressOf(request: IncomingMessage): string;
  /** Whether a trusted proxy says that the request came over HTTPS. */
  isHttps(request: IncomingMessage): boolean;
}

/**
 * Believes `X-Forwarded-For` and `X-Forwarded-Proto` of the trusted networks only. Each proxy appends the address that it
 * got the request from, so the rightmost address that is not trusted is the last that a trusted proxy vouches for: what
 * stands left of it, the client may have made up.
 */
export function trustProxies(networks: readonly Network[]): Proxies {
  const isTrusted = addressesOf(networks);
  return {
    addressOf(request) {
      let address = peerOf(request);
      if (address === undefined) return 'unknown';
      if (!isTrusted(address)) return senderOf(address);
      const hops = valuesOf(request, 'x-forwarded-for');
      while (isTrusted(address)) {
        const next = hops.pop();
        const before: string | undefined = next === undefined ? undefined : addressIn(next);
        // Without a readable address, the proxy itself is counted.
        if (before === undefined) break;
        address = before;
      }
      return senderOf(address);
    },
    isHttps(request) {
      const peer = peerOf(request);
      if (peer === undefined || !isTrusted(peer)) return false;
      const [protocol = ''] = valuesOf(request, 'x-forwarded-proto').slice(-1);
      return protocol.toLowerCase() === 'https';
    },
  };
}

/** Returns the address at the other end of the connection; `undefined` if that is gone. */
function peerOf({ socket }: IncomingMessage): string | undefined {
  return plainAddress(socket.remoteAddress ?? '');
}

function valuesOf({ headers }: IncomingMessage, name: string): string[] {
  return [headers[name] ?? []]
    .flat()
    .flatMap((value) => value.split(','))
    .map((it) => it.trim());
}

/** Returns the address in an entry of `X-Forwarded-For`, which may have a port. */
function addressIn(hop: string): string | undefined {
  const [, bracketed, plain] = /^(?:\[([^\]]+)\]|([^:]+))(?::\d+)?$/.exec(hop) ?? [];
  return plainAddress(bracketed ?? plain ?? hop);
}
