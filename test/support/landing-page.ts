import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { whenOver } from './lifetime.ts';
import { hosts } from './chromium.ts';

/** A page of an application on another site, to which the gateway redirects users. */
export interface LandingPage {
  readonly url: string;
  /** The headers of the requests so far. */
  readonly received: readonly IncomingHttpHeaders[];
}

// Without its own icon, Chromium also requests /favicon.ico.
const html = `<!doctype html>
  <html lang="en"><title>Lender</title><link rel="icon" href="data:," /><h1>Welcome back</h1></html>`;

/** Starts a landing page that ends with the test. */
export async function startLandingPage(): Promise<LandingPage> {
  const received: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    received.push(request.headers);
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(html);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  whenOver(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://${hosts.lender}:${port}`, received };
}
