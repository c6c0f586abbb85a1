import { maxHeaderSize, STATUS_CODES, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { RequestFault } from './request-fault.ts';
import { everyResponse } from './response-headers.ts';

/** Returns the headers and the body of the response to what is no request. */
export type DescribeUnreadable = (fault: RequestFault) => {
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
};

/**
 * Lets a server reject bytes that Node cannot read as a request, and requests that are late, with the headers of
 * `everyResponse`, and close the connection. `describe` returns the body; plain text if it returns nothing.
 */
export function rejectUnreadable(
  server: Server,
  describe: (fault: RequestFault) => ReturnType<DescribeUnreadable> | undefined,
): void {
  const unfinished = new WeakMap<Duplex, Set<ServerResponse>>();
  server.on('request', ({ socket }, response) => {
    const all = unfinished.get(socket) ?? new Set();
    unfinished.set(socket, all.add(response));
    response.once('close', () => all.delete(response));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable) {
      socket.destroy();
      return;
    }
    // In the middle of a response, the client would take a second one as part of it.
    const hasBegun = [...(unfinished.get(socket) ?? [])].some(({ headersSent }) => headersSent);
    const fault = faults.get(error.code) ?? unreadable;
    const response = hasBegun
      ? ''
      : responseOf(fault.status, describe(fault) ?? describePlainly(fault));
    socket.end(response, () => socket.destroy());
  });
}

const unreadable: RequestFault = {
  status: 400,
  code: 'BAD_REQUEST',
  message: 'The request cannot be read as HTTP',
};

/** The faults with a meaning of their own, by Node's codes. */
const faults = new Map<string | undefined, RequestFault>([
  [
    'HPE_INVALID_URL',
    {
      ...unreadable,
      message:
        'The URL of the request is not valid: characters beyond ASCII must be percent-encoded',
    },
  ],
  [
    'HPE_HEADER_OVERFLOW',
    {
      status: 431,
      code: 'HEADERS_TOO_LARGE',
      message: `The URL and the headers of a request must be less than ${maxHeaderSize} bytes`,
    },
  ],
  [
    'HPE_CHUNK_EXTENSIONS_OVERFLOW',
    {
      status: 413,
      code: 'BODY_TOO_LARGE',
      message: 'The chunk extensions of the body are too large',
    },
  ],
  [
    'ERR_HTTP_REQUEST_TIMEOUT',
    { status: 408, code: 'REQUEST_TIMEOUT', message: 'The request took too long to arrive' },
  ],
]);

const describePlainly: DescribeUnreadable = ({ message }) => ({
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  text: `${message}\n`,
});

function responseOf(status: number, { headers, text }: ReturnType<DescribeUnreadable>): string {
  const all = {
    ...everyResponse,
    connection: 'close',
    'content-length': String(Buffer.byteLength(text)),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', text].join('\r\n');
}
