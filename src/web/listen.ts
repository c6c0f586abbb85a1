import type { AddressInfo, Server } from 'node:net';

/** Where a server listens. */
export interface Address {
  readonly host: string;
  /** `0` for any port that is free. */
  readonly port: number;
}

/** Lets a server listen; fulfilled with its address once it does. */
export function listen(server: Server, { host, port }: Address): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve(server.address() as AddressInfo);
    });
  });
}

/** The URL of an address, as a program on this machine reaches it, without a slash at its end. */
export function localUrl({ address, family, port }: AddressInfo): string {
  const host = { '0.0.0.0': '127.0.0.1', '::': '::1' }[address] ?? address;
  return `http://${family === 'IPv6' ? `[${host}]` : host}:${port}`;
}
