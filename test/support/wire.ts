import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { whenOver } from './lifetime.ts';

/** A TCP connection to a gateway, for tests that send what no well-behaved client would. */
export interface Wire {
  readonly socket: Socket;
  /** Returns everything received so far. */
  received(): string;
  /** Resolves with everything received, once the gateway has closed the connection. */
  readonly closed: Promise<string>;
}

/** Opens a connection to the gateway at `url` that ends with the test. */
export async function openWire({ url }: { readonly url: string }): Promise<Wire> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  whenOver(() => {
    socket.destroy();
  });
  let received = '';
  socket.setEncoding('utf8').on('data', (text: string) => (received += text));
  // A gateway that closes while the client still sends resets the connection.
  socket.on('error', () => {});
  const closed = new Promise<string>((resolve) => {
    socket.on('close', () => resolve(received));
  });
  await once(socket, 'connect');
  return { socket, received: () => received, closed };
}

/** Sends the given text unchanged. Returns everything received until the gateway closed the connection. */
export async function sayOnWire(gateway: { readonly url: string }, text: string): Promise<string> {
  const wire = await openWire(gateway);
  wire.socket.write(text);
  return wire.closed;
}
