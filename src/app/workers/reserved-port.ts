import { createServer } from 'node:net';
import { listen, localUrl, type Address } from '../../web/listen.ts';

/** An address that no other program can take. */
interface ReservedPort {
  readonly address: Address;
  /** The URL for programs on this machine. */
  readonly url: string;
  /** Releases the address for the workers to take. */
  release(): Promise<void>;
}

/**
 * Reserves the port to listen on. Fails before any worker starts if the port is in use. All workers, including
 * replacements, get the same port, even if `wanted` asks for any free one.
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
