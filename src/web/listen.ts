import type { AddressInfo, Server } from 'node:net';

/** The address of a server. */
export interface Address {
  readonly host: string;
  /** `0` for any free port. */
  readonly port: number;
}

/** Makes a server listen. Resolves with its address once it does. */
export function listen(server: Server, { host, port }: Address): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve(server.address() as AddressInfo);
    });
  });
}

/** Returns the URL of an address for programs on this machine, without a trailing slash. */
export function localUrl({ address, family, port }: AddressInfo): string {
  const host = { '0.0.0.0': '127.0.0.1', '::': '::1' }[address] ?? address;
  return `http://${family === 'IPv6' ? `[${host}]` : host}:${port}`;
}
