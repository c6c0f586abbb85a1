import { expect, test } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';
import { send } from '../support/http.ts';

const path = '/link/companies/8a210b68-6988-11ed-a1eb-0242ac120002';
const form = 'application/x-www-form-urlencoded';

/** Sends a form without a Content-Length. */
const sendInChunks = (url: string, body: string) =>
  send(url, {
    method: 'POST',
    path,
    headers: { 'content-type': form, 'transfer-encoding': 'chunked' },
    body,
  });

test('a form that comes in chunks is read like any other', async () => {
  const { url } = await startTestGateway();

  const chunked = await sendInChunks(url, 'code=x');
  const whole = await send(url, {
    method: 'POST',
    path,
    headers: { 'content-type': form },
    body: 'code=x',
  });

  expect(chunked.status).toBe(404);
  expect(chunked.text).toBe(whole.text);
});

test.for([33_000, 5_000_000])('a form of %i bytes in chunks is too large', async (size) => {
  const { url } = await startTestGateway();

  expect((await sendInChunks(url, 'x'.repeat(size))).status).toBe(413);
});

test('a method that no page has is refused, and the page says which it has', async () => {
  const { url } = await startTestGateway();

  const { status, headers } = await send(url, { method: 'DELETE', path });

  expect([status, headers['allow']]).toEqual([405, 'GET, HEAD, POST']);
});
