import { expect, test } from 'vitest';
import { shared } from '../support/lifetime.ts';
import { startTestGateway } from '../support/gateway.ts';
import { send } from '../support/http.ts';

const usual = shared(() => startTestGateway());

const uuid = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;
const typename = '/graphql?query=%7B__typename%7D';

test.for(['a', 'request-1', '4bf92f3577b34da6a3ce929d0e0e4736', 'A.b_c-9', 'x'.repeat(128)])(
  'the request id %s is answered with',
  async (requestId) => {
    const gateway = usual();

    const { headers } = await send(gateway.url, {
      path: typename,
      headers: { 'x-request-id': requestId },
    });

    expect(headers['x-request-id']).toBe(requestId);
  },
);

test.for<[string, string | string[]]>([
  ['empty', ''],
  ['longer than 128 characters', 'x'.repeat(129)],
  ['of several words', 'one two'],
  ['of markup', '<script>'],
  ['of quotes', '"quoted"'],
  ['of letters beyond ASCII', 'é'],
  ['given twice', ['one', 'two']],
])('in place of a request id that is %s a new one is answered with', async ([, requestId]) => {
  const gateway = usual();

  const { headers } = await send(gateway.url, {
    path: typename,
    headers: { 'x-request-id': requestId },
  });

  expect(headers['x-request-id']).toMatch(uuid);
});

test('each request gets an id of its own', async () => {
  const gateway = usual();

  const first = await send(gateway.url, { path: typename });
  const second = await send(gateway.url, { path: typename });

  expect(first.headers['x-request-id']).toMatch(uuid);
  expect(second.headers['x-request-id']).toMatch(uuid);
  expect(second.headers['x-request-id']).not.toBe(first.headers['x-request-id']);
});

test.for([
  ['404', '/nothing', {}],
  ['400', typename, { host: '[' }],
  ['405', '/graphql?query=mutation%7B__typename%7D', {}],
] as const)('an answer of %s has a request id too', async ([status, path, headers]) => {
  const gateway = usual();

  const answer = await send(gateway.url, { path, headers: { ...headers, 'x-request-id': 'mine' } });

  expect(String(answer.status)).toBe(status);
  expect(answer.headers['x-request-id']).toBe('mine');
});
