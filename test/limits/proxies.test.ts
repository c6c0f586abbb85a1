import type { OutgoingHttpHeaders } from 'node:http';
import { expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { send } from '../support/http.ts';

// Tests reach the gateway from 127.0.0.1, which stands for the nearest proxy.

function startBehind(trusted: string | undefined) {
  const env = { RATE_LIMIT: '1000', ...(trusted !== undefined && { TRUSTED_PROXIES: trusted }) };
  return startTestGateway({ env });
}

/** Sends a request with headers of proxies. Returns how many its address may still send. */
async function left({ url }: TestGateway, headers: OutgoingHttpHeaders): Promise<number> {
  const answer = await send(url, { path: '/graphql?query={__typename}', headers });
  expect(answer.status).toBe(200);
  return Number(answer.headers['ratelimit-remaining']);
}

/** Whether two requests are counted as of one address. */
async function areOne(
  trusted: string | undefined,
  one: OutgoingHttpHeaders,
  other: OutgoingHttpHeaders,
): Promise<boolean> {
  const gateway = await startBehind(trusted);
  return (await left(gateway, one)) - 1 === (await left(gateway, other));
}

const via = (...hops: string[]) => ({ 'x-forwarded-for': hops.join(', ') });

test.for([
  ['none is trusted', undefined],
  ['another is trusted', '10.0.0.0/8,2001:db8::/32'],
] as const)('X-Forwarded-For is not believed where %s', async ([, trusted]) => {
  expect(await areOne(trusted, via('192.0.2.1'), via('192.0.2.2'))).toBe(true);
  expect(await areOne(trusted, {}, via('192.0.2.2'))).toBe(true);
});

const proxies = '127.0.0.1, 10.0.0.0/8, 2001:db8:1::/48';

test.for<[what: string, one: OutgoingHttpHeaders, other: OutgoingHttpHeaders]>([
  ['the client before the proxy', via('192.0.2.1'), via('192.0.2.2')],
  ['the client before several proxies', via('192.0.2.1', '10.1.1.1'), via('192.0.2.2', '10.1.1.1')],
  ['IPv6 networks', via('2001:db8:2:1::1'), via('2001:db8:2:2::1')],
  [
    'what is in several headers',
    { 'x-forwarded-for': ['192.0.2.1', '10.1.1.1'] },
    { 'x-forwarded-for': ['192.0.2.2', '10.1.1.1'] },
  ],
])('behind trusted proxies, the limit tells apart %s', async ([, one, other]) => {
  expect(await areOne(proxies, one, other)).toBe(false);
});

test.for<[what: string, one: OutgoingHttpHeaders, other: OutgoingHttpHeaders]>([
  ['addresses that the client made up', via('203.0.113.1', '192.0.2.1'), via('192.0.2.1')],
  [
    'proxies that the client made up',
    via('203.0.113.1', '10.9.9.9', '192.0.2.1'),
    via('192.0.2.1'),
  ],
  ['the ports of one client', via('192.0.2.1:1000'), via('192.0.2.1:2000')],
  ['the ports of one client by IPv6', via('[2001:db8:2:1::1]:1000'), via('2001:db8:2:1::1')],
  ['the addresses of one IPv6 subscriber', via('2001:db8:2:1::1'), via('2001:db8:2:1:f::2')],
  ['the forms of one IPv6 address', via('2001:db8:2:1::1'), via('2001:0DB8:0002:0001::0001')],
  ['the two forms of an IPv4 address', via('192.0.2.1'), via('::ffff:192.0.2.1')],
  ['the hexadecimal form of an IPv4 address', via('192.0.2.1'), via('::ffff:c000:201')],
  ['a proxy whose client cannot be read', via('192.0.2.1', 'unknown', '10.1.1.1'), via('10.1.1.1')],
  ['an empty header', {}, { 'x-forwarded-for': '' }],
  ['other headers', { forwarded: 'for=192.0.2.1' }, { 'x-real-ip': '192.0.2.2' }],
])('behind trusted proxies, the limit does not tell apart %s', async ([, one, other]) => {
  expect(await areOne(proxies, one, other)).toBe(true);
});

const mapped = '::ffff:10.1.1.1';

test('a trusted IPv4 proxy in the form of IPv6 is trusted', async () => {
  expect(await areOne(proxies, via('192.0.2.1', mapped), via('192.0.2.2', mapped))).toBe(false);
});

test.for([
  ['says https', proxies, 'https', true],
  ['says HTTPS', proxies, 'HTTPS', true],
  ['says http', proxies, 'http', false],
  ['says http, and its client https', proxies, 'https, http', false],
  ['is not trusted', undefined, 'https', false],
  ['is not the one that is trusted', '10.0.0.0/8', 'https', false],
] as const)(
  'browsers are told to stay with HTTPS only by a trusted proxy: one that %s',
  async ([, trusted, protocol, isTold]) => {
    const { url } = await startBehind(trusted);

    const headers = { 'x-forwarded-proto': protocol };
    const { headers: answered } = await send(url, { path: '/health/live', headers });

    expect(answered['strict-transport-security']).toBe(isTold ? 'max-age=31536000' : undefined);
  },
);
