import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The path of the database, which is all that a server here is told. */
export function databaseFile(): string {
  const [file] = process.argv.slice(2);
  if (file === undefined) throw new Error('name the database');
  return file;
}

/** Listens on a free port and says so as the gateway does. */
export function listen(server: Server): void {
  server.listen(0, '127.0.0.1', () => {
    ready(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`);
  });
  stopOnSignal(() => server.close(() => process.exit()).closeAllConnections());
}

/** Says where a server is. */
export function ready(url: string): void {
  process.stdout.write(`ready at ${url}\n`);
}

/** Calls `stop` when the process is told to stop. */
export function stopOnSignal(stop: () => void): void {
  process.on('SIGTERM', stop);
}

/** Serves JSON without GraphQL: `answer` sees the variables of a request, and nobody looks at its document. */
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
