import { createServer } from 'node:net';
import { listen, localUrl, type Address } from '../../web/listen.ts';

/** An address that nobody else can take. */
interface ReservedPort {
  readonly address: Address;
  /** As a program on this machine reaches it. */
  readonly url: string;
  /** Lets go of it, for those to take it for whom it was reserved. */
  release(): Promise<void>;
}

/**
 * Reserves the port to listen on. Whether it is free shows once, before there are workers, and they get the same one, also
 * where it is any that is free: also those that replace others, and all of them at once.
 */
export async function reservePort(wanted: Address): Promise<ReservedPort> {
  const server = createServer((socket) => socket.destroy());
  const at = await listen(server, wanted);
  return {
    address: { host: at.address, port: at.port },
    url: localUrl(at),
    release: () => new Promise((done) => server.close(() => done())),
  };
}
