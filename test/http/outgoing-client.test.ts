import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import type { OutgoingRules } from '../../src/web/outgoing/outgoing-client.ts';
import { destinationsBy } from '../../src/web/outgoing/destinations.ts';
import { outgoingClient } from '../support/outgoing-client.ts';
import { whenOver } from '../support/lifetime.ts';

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  whenOver(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

/** Starts a server that answers its own path and counts its connections. */
async function startReceiver() {
  let connections = 0;
  const server = createServer((request, response) => response.end(request.url));
  server.on('connection', () => (connections += 1));
  const port = await listening(server);
  return { port, connections: () => connections };
}

/** Sends a request and returns the failure, or the body of the response. */
async function outcome(address: string, rules: OutgoingRules) {
  try {
    const response = await outgoingClient(rules).fetch(address, { headers: {} });
    return await response.text();
  } catch (error) {
    return (error as { failure: string }).failure;
  }
}

const spellings = [
  '127.0.0.1',
  '127.1',
  '2130706433',
  '0x7f.1',
  '0177.0.0.1',
  '0',
  '0.0.0.0',
  '[::1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[2002:7f00:1::]',
  // A name: what it leads to is known only when it is connected to.
  'localhost',
];

test.for(spellings)('this machine, spelled %s, is not connected to', async (host) => {
  const { port, connections } = await startReceiver();

  for (const scheme of ['http', 'https']) {
    expect(await outcome(`${scheme}://${host}:${port}/`, {})).toBe('blocked');
    expect(await outcome(`${scheme}://${host}:${port}/`, { plainHttp: true })).toBe('blocked');
  }
  expect(connections()).toBe(0);
});

test('a client that may reach this machine does, over http', async () => {
  const { port } = await startReceiver();

  expect(await outcome(`http://localhost:${port}/here`, { loopback: true })).toBe('/here');
  const networks = [{ address: '127.0.0.1', prefix: 32, family: 'ipv4' }] as const;
  expect(await outcome(`http://127.0.0.1:${port}/here`, { networks })).toBe('/here');
});

test.for([
  '10.0.0.1',
  '100.64.0.1',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  'fe80::1',
  'fe80::1%eth0',
  'fd00::1',
  'ff02::1',
  '::ffff:10.0.0.1',
  '2001:0:1::1',
  'not an address',
])('%s is no public address', (address) => {
  expect(destinationsBy({ plainHttp: true })(address, true)).toBe(false);
});

test.for(['1.1.1.1', '172.32.0.1', '2606:4700::1111', '::ffff:1.1.1.1'])(
  '%s is a public address, for https only unless http is allowed',
  (address) => {
    expect(destinationsBy({})(address, true)).toBe(true);
    expect(destinationsBy({})(address, false)).toBe(false);
    expect(destinationsBy({ plainHttp: true })(address, false)).toBe(true);
  },
);

test('a redirect to this machine is returned, not followed', async () => {
  const { port: target, connections } = await startReceiver();
  const port = await listening(
    createServer((_, response) =>
      response.writeHead(302, { location: `http://127.0.0.1:${target}/` }).end(),
    ),
  );

  const client = outgoingClient();
  const response = await client.fetch(`http://127.0.0.1:${port}/`, { headers: {} });

  expect(response.status).toBe(302);
  expect(connections()).toBe(0);
});

/** Starts a proxy that opens tunnels to this machine, whatever host they are for. */
async function startProxy() {
  const tunnels: string[] = [];
  const server = createServer();
  let target = 0;
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    tunnels.push(`${request.url} ${request.headers['proxy-authorization']}`);
    const upstream = connect(target, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  const port = await listening(server);
  return { port, tunnels, leadTo: (to: number) => (target = to) };
}

test('with a proxy, all requests pass through it, by the names of their hosts', async () => {
  const { port: receiver } = await startReceiver();
  const proxy = await startProxy();
  proxy.leadTo(receiver);
  const proxyUrl = `http://user:password@127.0.0.1:${proxy.port}`;

  const answer = await outcome('http://receiver.example:8080/there', { proxyUrl, plainHttp: true });

  expect(answer).toBe('/there');
  expect(proxy.tunnels).toEqual([
    `receiver.example:8080 Basic ${Buffer.from('user:password').toString('base64')}`,
  ]);
});

test('with a proxy, requests to this machine do not pass through it', async () => {
  const { port } = await startReceiver();
  const proxy = await startProxy();
  const proxyUrl = `http://127.0.0.1:${proxy.port}`;

  const rules = { proxyUrl, loopback: true };
  expect(await outcome(`http://localhost:${port}/here`, rules)).toBe('/here');
  expect(await outcome(`http://localhost:${port}/here`, { proxyUrl })).toBe('blocked');
  expect(proxy.tunnels).toEqual([]);
});

test('with a proxy, an address that must not be reached is refused here', async () => {
  const proxy = await startProxy();
  const proxyUrl = `http://127.0.0.1:${proxy.port}`;

  expect(await outcome('https://169.254.169.254/', { proxyUrl })).toBe('blocked');
  expect(proxy.tunnels).toEqual([]);
});

test.for([
  ['TLS', (port: number) => `https://127.0.0.1:${port}/`, 'tls'],
  ['an address', () => 'https://no-such-host.invalid/', 'dns'],
  ['a server', () => 'http://127.0.0.1:9/', 'connection'],
  ['HTTPS', () => 'http://receiver.example/', 'blocked'],
  ['a URL', () => 'receiver', 'blocked'],
  ['a scheme that it knows', () => 'ftp://127.0.0.1/', 'blocked'],
  ['a URL without a password', () => 'https://user:password@example.com/', 'blocked'],
] as const)('a request to what is without %s fails and says so', async ([, address, failure]) => {
  const { port } = await startReceiver();

  expect(await outcome(address(port), { loopback: true })).toBe(failure);
});
