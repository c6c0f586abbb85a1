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

/** Sends the given bytes unchanged. Returns everything received until the gateway closed the connection. */
export async function sayOnWire(
  gateway: { readonly url: string },
  bytes: string | Buffer,
): Promise<string> {
  const wire = await openWire(gateway);
  wire.socket.write(bytes);
  return wire.closed;
}

/** A request as it is written on the wire. Nothing is checked or encoded. */
export interface WireRequest {
  /** GET by default. */
  readonly method?: string;
  readonly target: string;
  /** Lines of headers besides `Host`, `Connection` and `Content-Length`. */
  readonly headers?: readonly string[];
  readonly host?: string;
  readonly body?: string | Buffer;
}

/** An answer that came over the wire. */
export interface WireAnswer {
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends a request on its own connection. Returns the final answer. */
export async function askOnWire(
  gateway: { readonly url: string },
  { method = 'GET', target, headers = [], host = 'localhost', body }: WireRequest,
): Promise<WireAnswer> {
  const lines = [
    `${method} ${target} HTTP/1.1`,
    `host: ${host}`,
    'connection: close',
    ...headers,
    ...(body === undefined ? [] : [`content-length: ${Buffer.byteLength(body)}`]),
    '',
    '',
  ];
  const head = Buffer.from(lines.join('\r\n'), 'latin1');
  return answerIn(await sayOnWire(gateway, Buffer.concat([head, Buffer.from(body ?? '')])));
}

/** Reads an answer, after any that says to continue. */
export function answerIn(received: string): WireAnswer {
  const text = received.replace(/^HTTP\/1\.1 100 .*?\r\n\r\n/s, '');
  const at = text.indexOf('\r\n\r\n');
  const [first = '', ...lines] = text.slice(0, at).split('\r\n');
  return {
    status: Number(first.split(' ')[1]),
    headers: Object.fromEntries(
      lines.map((line) => {
        const [name = '', ...value] = line.split(': ');
        return [name.toLowerCase(), value.join(': ')];
      }),
    ),
    body: text.slice(at + 4),
  };
}
