import { STATUS_CODES, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { everyResponse } from './response-headers.ts';

/**
 * Lets a server reject bytes that Node cannot read as a request, and requests that are late, with the headers of
 * `everyResponse`, and close the connection.
 */
export function rejectUnreadable(server: Server): void {
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
    const response = hasBegun ? '' : responseOf(statuses.get(error.code) ?? 400);
    socket.end(response, () => socket.destroy());
  });
}

/** The statuses of faults with a meaning of their own. */
const statuses = new Map<string | undefined, number>([
  ['HPE_HEADER_OVERFLOW', 431],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', 413],
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
]);

function responseOf(status: number): string {
  const headers = { ...everyResponse, connection: 'close', 'content-length': '0' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', ''].join('\r\n');
}
