import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Returns the path of the database, the first argument of each of these servers. */
export function databaseFile(): string {
  const [file] = process.argv.slice(2);
  if (file === undefined) throw new Error('name the database');
  return file;
}

/** Listens on a free port and prints the URL as the gateway does. */
export function listen(server: Server): void {
  server.listen(0, '127.0.0.1', () => {
    ready(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`);
  });
  stopOnSignal(() => server.close(() => process.exit()).closeAllConnections());
}

/** Prints the URL of a server. */
export function ready(url: string): void {
  process.stdout.write(`ready at ${url}\n`);
}

/** Calls `stop` when the process receives SIGTERM. */
export function stopOnSignal(stop: () => void): void {
  process.on('SIGTERM', stop);
}

/** Serves JSON without GraphQL. `answer` gets the variables of a request; its document is ignored. */
export function serveJson<Variables>(answer: (variables: Variables) => string): void {
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const { variables } = JSON.parse(text) as { variables: Variables };
      response.setHeader('content-type', 'application/json');
      response.end(answer(variables));
    });
  });
  listen(server);
}
