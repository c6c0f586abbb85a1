import { createHttpServer, type HttpServer } from '../../web/http-server.ts';
import { listen, localUrl, type Address } from '../../web/listen.ts';

const retryMs = 5;

/** An address that is kept while no worker listens on it. Requests get 503 with `Retry-After` meanwhile. */
export interface ReservedPort {
  readonly address: Address;
  /** The URL for programs on this machine. */
  readonly url: string;
  /** Takes the address again, as soon as the last worker that listened on it is gone. */
  hold(): void;
  /** Leaves the address to the workers. */
  release(): void;
}

/**
 * Reserves the port to listen on. Fails before any worker starts if the port is in use. All workers, including
 * replacements, get the same port, even if `wanted` asks for any free one.
 */
export async function reservePort(wanted: Address): Promise<ReservedPort> {
  let holder: HttpServer | undefined = createHttpServer();
  const at = await listen(holder.server, wanted);
  const address = { host: at.address, port: at.port };
  const tryToListen = async (http: HttpServer): Promise<void> => {
    try {
      await listen(http.server, address);
      if (http !== holder) void http.close();
    } catch {
      // The system has not told this process yet that the worker is gone, or one listens already and is about to say so.
      setTimeout(() => {
        if (http === holder) void tryToListen(http);
      }, retryMs);
    }
  };
  return {
    address,
    url: localUrl(at),
    hold() {
      if (holder !== undefined) return;
      holder = createHttpServer();
      void tryToListen(holder);
    },
    release() {
      const released = holder;
      holder = undefined;
      if (released?.server.listening) void released.close();
    },
  };
}
