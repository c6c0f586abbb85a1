import { deflateRawSync, deflateSync, brotliCompressSync, gzipSync } from 'node:zlib';
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { captureLog } from '../support/captured-log.ts';
import { startTestGateway } from '../support/gateway.ts';
import { shared } from '../support/lifetime.ts';
import { newCompany, startLinkingGateway } from '../support/linking.ts';
import {
  answerIn,
  askOnWire,
  sayOnWire,
  type WireAnswer,
  type WireRequest,
} from '../support/wire.ts';

// GraphQL, REST, the link pages and the sandbox read every request in the same way. Each case is sent to each of them.

interface Face {
  readonly url: string;
  /** The target of a GET request. More of its last parameter can be appended. */
  readonly read: string;
  /** A POST request: its body is `start`, any text, and `end`, and leads to this status. */
  readonly write: {
    readonly target: string;
    readonly type: string;
    readonly start: string;
    readonly end: string;
    readonly status: number;
  };
  /** The form of its errors. */
  readonly error: Form;
  /** The form of its errors for requests that have no readable head. */
  readonly headError: Form;
}

/** Returns whether an answer is an error in a form that clients of a face can read. */
type Form = (answer: WireAnswer) => boolean;

const isPage: Form = ({ headers, body }) =>
  headers['content-type']?.toLowerCase() === 'text/html; charset=utf-8' && body.includes('<h1>');

const isText: Form = ({ headers, body }) =>
  headers['content-type'] === 'text/plain; charset=utf-8' && /^[A-Z].*\n$/.test(body);

const isGraphql: Form = ({ headers, body }) => {
  const [error] = JSON.parse(body).errors;
  return (
    headers['content-type'] === 'application/json; charset=utf-8' &&
    /^[A-Z]/.test(error.message) &&
    /^[A-Z_]+$/.test(error.extensions.code)
  );
};

const isRest: Form = ({ status, headers, body }) => {
  const { statusCode, error, correlationId } = JSON.parse(body);
  return (
    /^application\/json\b/.test(headers['content-type'] ?? '') &&
    statusCode === status &&
    /^[A-Z]/.test(error) &&
    typeof correlationId === 'string'
  );
};

const json = 'application/json';
const form = 'application/x-www-form-urlencoded';

const faces = shared(async () => {
  const gateway = await startLinkingGateway({ RATE_LIMIT: 'off' });
  const { linkUrl } = await newCompany(gateway);
  const page = new URL(linkUrl);
  const { url } = gateway;
  return {
    GraphQL: {
      url,
      read: '/graphql?query=%7B__typename%7D',
      write: {
        target: '/graphql',
        type: json,
        start: '{"query":"{ __typename } #',
        end: '"}',
        status: 200,
      },
      error: isGraphql,
      headError: isGraphql,
    },
    REST: {
      url,
      read: '/api/companies?query=name~x',
      write: {
        target: '/api/companies',
        type: json,
        start: '{"name":"Acme","description":"',
        end: '"}',
        status: 200,
      },
      error: isRest,
      headError: isRest,
    },
    'the link pages': {
      url,
      read: `${page.pathname}${page.search}&q=`,
      // With a code that is none.
      write: {
        target: page.pathname,
        type: form,
        start: 'integrationKey=mqjo&code=',
        end: '',
        status: 404,
      },
      error: isPage,
      headError: isGraphql,
    },
    'the sandbox': {
      url: gateway.sandboxUrl,
      read: '/connected-apps?notice=',
      // Without the token of the page.
      write: {
        target: '/connected-apps',
        type: form,
        start: 'csrf=x&grant=',
        end: '',
        status: 403,
      },
      error: isPage,
      headError: isText,
    },
  } satisfies Record<string, Face>;
});

const names = ['GraphQL', 'REST', 'the link pages', 'the sandbox'] as const;

const get = (face: Face, more: Partial<WireRequest> = {}): WireRequest => ({
  target: face.read,
  ...more,
});

function post(face: Face, value: string | Buffer = 'x', ...headers: string[]): WireRequest {
  const { target, type, start, end } = face.write;
  const given = headers.some((line) => line.startsWith('content-type'));
  return {
    method: 'POST',
    target,
    headers: [...(given ? [] : [`content-type: ${type}`]), ...headers],
    body: Buffer.concat([Buffer.from(start), Buffer.from(value), Buffer.from(end)]),
  };
}

/** Returns a request with its body changed. */
function withBody(request: WireRequest, change: (body: Buffer) => Buffer): WireRequest {
  return { ...request, body: change(Buffer.from(request.body ?? '')) };
}

function encoded(coding: string, encode: (body: Buffer) => Buffer) {
  return (face: Face) => withBody(post(face, 'x', `content-encoding: ${coding}`), encode);
}

function typed(parameters: string) {
  return (face: Face) => post(face, 'x', `content-type: ${face.write.type}${parameters}`);
}

const asItIs = (body: Buffer) => body;
const utf16 = (body: Buffer) => Buffer.from(`\uFEFF${body.toString()}`, 'utf16le');

/** Requests that every face takes. */
const taken: Record<string, (face: Face) => WireRequest> = {
  'a request of one line': (face) => get(face),
  'a body': (face) => post(face),
  'a body with characters of UTF-8': (face) => post(face, 'Café 商社 🏢'),
  'characters of UTF-8, escaped and not': (face) => post(face, 'Café %C3%A9'),
  'charset=utf-8': typed('; charset=utf-8'),
  'charset=UTF-8': typed(';charset=UTF-8'),
  'a charset in quotes': typed('; charset="utf-8"'),
  'charset=utf8': typed('; Charset=UTF8'),
  'another parameter': typed('; version=1'),
  'a byte order mark': (face) =>
    withBody(post(face), (body) => Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), body])),
  'a body in gzip': encoded('gzip', (body) => gzipSync(body)),
  'a body in GZIP': encoded('GZIP', (body) => gzipSync(body)),
  'a body in x-gzip': encoded('x-gzip', (body) => gzipSync(body)),
  'a body in deflate': encoded('deflate', (body) => deflateSync(body)),
  'a body that is not encoded': encoded('identity', asItIs),
  'a body in gzip with a byte order mark': encoded('gzip', (body) =>
    gzipSync(Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), body])),
  ),
  'percent-encoded UTF-8': (face) => get(face, { target: `${face.read}%23Caf%C3%A9` }),
  'a slash at the end': ({ read }) => ({ target: read.replace('?', '/?') }),
  'a whole URL': ({ read }) => ({ target: `http://localhost${read}` }),
  'a whole URL of https': ({ read }) => ({ target: `HTTPS://127.0.0.1:443${read}` }),
  'a whole URL, and another host': ({ read }) => ({
    target: `http://localhost${read}`,
    host: 'elsewhere.example',
  }),
  'a whole URL for a body': (face) => ({
    ...post(face),
    target: `http://localhost${face.write.target}/`,
  }),
  'an expectation to continue': (face) => post(face, 'x', 'expect: 100-continue'),
};

/** Requests that every face refuses with this status and a message that matches. */
const refused: Record<string, [status: number, message: RegExp, (face: Face) => WireRequest]> = {
  'a body in Latin-1': [400, /must be UTF-8/, (face) => post(face, Buffer.from('Café', 'latin1'))],
  'half a character': [400, /must be UTF-8/, (face) => post(face, Buffer.of(0xf0, 0x9f, 0x8f))],
  'a surrogate': [400, /must be UTF-8/, (face) => post(face, Buffer.of(0xed, 0xa0, 0x80))],
  'a longer form of a character': [
    400,
    /must be UTF-8/,
    (face) => post(face, Buffer.of(0xc0, 0xaf)),
  ],
  'UTF-16': [400, /UTF-16/, (face) => withBody(post(face), utf16)],
  'UTF-16 in the other order': [
    400,
    /UTF-16/,
    (face) => withBody(post(face), (it) => utf16(it).swap16()),
  ],
  'charset=iso-8859-1': [415, /charset/, typed('; charset=iso-8859-1')],
  'charset=utf-16': [415, /charset/, typed('; charset="UTF-16"')],
  'another content type': [
    415,
    /content type/,
    (face) => post(face, 'x', 'content-type: text/plain'),
  ],
  'no content type': [415, /content type/, (face) => post(face, 'x', 'content-type:')],
  'gzip of Latin-1': [
    400,
    /must be UTF-8/,
    (face) =>
      withBody(post(face, Buffer.from('é', 'latin1'), 'content-encoding: gzip'), (body) =>
        gzipSync(body),
      ),
  ],
  'gzip that is cut': [
    400,
    /not valid gzip/,
    encoded('gzip', (body) => gzipSync(body).subarray(0, -4)),
  ],
  'gzip that is none': [400, /not valid gzip/, encoded('gzip', asItIs)],
  'deflate without its head': [
    400,
    /not valid deflate/,
    encoded('deflate', (body) => deflateRawSync(body)),
  ],
  Brotli: [415, /content encoding br /, encoded('br', (body) => brotliCompressSync(body))],
  'an unknown encoding': [415, /content encoding nonsense /, encoded('nonsense', asItIs)],
  'two encodings': [
    415,
    /content encoding/,
    encoded('gzip, gzip', (body) => gzipSync(gzipSync(body))),
  ],
  'a body too large': [413, /at most \d+ bytes/, (face) => post(face, 'x'.repeat(300_000))],
  'gzip that becomes too large': [
    413,
    /at most \d+ bytes/,
    (face) =>
      withBody(post(face, 'x'.repeat(300_000), 'content-encoding: gzip'), (body) => gzipSync(body)),
  ],
  'a URL in percent-encoded Latin-1': [
    400,
    /bytes of the URL must be UTF-8/,
    (face) => get(face, { target: `${face.read}%23Caf%E9` }),
  ],
  'a URL with half a character': [
    400,
    /bytes of the URL must be UTF-8/,
    (face) => get(face, { target: `${face.read}%23%F0%9F&x=y` }),
  ],
  'a method that it does not have': [405, /methods/, (face) => get(face, { method: 'DELETE' })],
  OPTIONS: [405, /methods/, (face) => get(face, { method: 'OPTIONS' })],
};

/** Requests that are refused before it is known who they are for, or whatever they are for. */
const unreadable: Record<string, [status: number, message: RegExp, (face: Face) => WireRequest]> = {
  'two hosts': [
    400,
    /headers are malformed/,
    (face) => get(face, { headers: ['host: localhost'] }),
  ],
  'a whole URL and two hosts': [
    400,
    /headers are malformed/,
    ({ read }) => ({ target: `http://localhost${read}`, headers: ['host: localhost'] }),
  ],
  'a whole URL with a user': [
    400,
    /headers are malformed/,
    ({ read }) => ({ target: `http://me@localhost${read}` }),
  ],
  'a whole URL without a host': [
    400,
    /headers are malformed/,
    ({ read }) => ({ target: `http://${read}` }),
  ],
  'a backslash in the path': [
    400,
    /headers are malformed/,
    ({ read }) => ({ target: read.replace('?', '\\x?') }),
  ],
  'a host with escapes': [
    400,
    /headers are malformed/,
    (face) => get(face, { host: '%6cocalhost' }),
  ],
  'a host with a tab': [400, /headers are malformed/, (face) => get(face, { host: 'local\thost' })],
  'bytes beyond ASCII in the URL': [
    400,
    /must be percent-encoded/,
    (face) => get(face, { target: `${face.read}Caf\u00E9` }),
  ],
  'headers too large': [
    431,
    /less than 16384 bytes/,
    (face) => get(face, { headers: [`x: ${'x'.repeat(20_000)}`] }),
  ],
  'an unknown expectation': [417, /100-continue/, (face) => post(face, 'x', 'expect: nonsense')],
};

const onEach = <T>(cases: Record<string, T>) =>
  Object.entries(cases).flatMap(([what, it]) => names.map((name) => [name, what, it] as const));

test.for(onEach(taken))('%s: %s is taken', async ([name, , requestOf]) => {
  const face = faces()[name];
  const request = requestOf(face);

  const { status, body } = await askOnWire(face, request);

  expect([status, body]).toEqual([
    request.method === 'POST' ? face.write.status : 200,
    expect.stringMatching(/./),
  ]);
});

test.for(onEach(refused))('%s: %s is refused', async ([name, , [status, message, requestOf]]) => {
  const face: Face = faces()[name];

  const answer = await askOnWire(face, requestOf(face));

  expect([answer.status, face.error(answer)]).toEqual([status, true]);
  // The people of a company get no technical message.
  expect(answer.body).toMatch(name === 'the link pages' ? 'This request is not valid' : message);
  expect(answer.headers['allow']).toBe(status === 405 ? 'GET, HEAD, POST' : undefined);
  const namesEncodings = status === 415 && message.source.includes('encoding');
  expect(answer.headers['accept-encoding']).toBe(namesEncodings ? 'gzip, deflate' : undefined);
});

test.for(onEach(unreadable))(
  '%s: %s is refused',
  async ([name, , [status, message, requestOf]]) => {
    const face: Face = faces()[name];

    const answer = await askOnWire(face, requestOf(face));

    expect([answer.status, face.headError(answer)]).toEqual([status, true]);
    expect(answer.body).toMatch(message);
  },
);

test.for(names)('%s: HTTP/1.0 needs no host', async (name) => {
  const face: Face = faces()[name];

  const answer = answerIn(await sayOnWire(face, `GET ${face.read} HTTP/1.0\r\n\r\n`));

  expect([answer.status, answer.body]).toEqual([200, expect.stringMatching(/./)]);
});

test.for(names)('%s: HEAD is answered as GET, without the body', async (name) => {
  const face: Face = faces()[name];

  const read = await askOnWire(face, get(face));
  const head = await askOnWire(face, get(face, { method: 'HEAD' }));

  expect([head.status, head.body]).toEqual([read.status, '']);
  expect(head.headers['content-type']).toBe(read.headers['content-type']);
});

test.for([
  ['GraphQL', 401],
  ['REST', 401],
  ['the link pages', 200],
  ['the sandbox', 421],
] as const)(
  '%s: the host of a whole URL counts, not that of the header',
  async ([name, status]) => {
    const face: Face = faces()[name];

    const byTarget = await askOnWire(face, { target: `http://evil.example${face.read}` });
    const byHeader = await askOnWire(face, get(face, { host: 'evil.example' }));

    expect([byTarget.status, byHeader.status]).toEqual([status, status]);
  },
);

test('GraphQL refuses a client that accepts no response before it changes anything', async () => {
  const face: Face = faces().GraphQL;
  const name = randomUUID();
  const query = `mutation { createCompany(input: { name: "${name}" }) { __typename } }`;
  const request = { method: 'POST', target: '/graphql', body: JSON.stringify({ query }) };
  const headers = ['content-type: application/json'];

  const answer = await askOnWire(face, { ...request, headers: [...headers, 'accept: image/png'] });
  const { body } = await askOnWire(face, {
    target: `/graphql?query={companies(filter:{search:"${name}"}){totalCount}}`.replaceAll(
      '"',
      '%22',
    ),
  });

  expect([answer.status, face.error(answer)]).toEqual([406, true]);
  expect(JSON.parse(body)).toEqual({ data: { companies: { totalCount: 0 } } });
});

test('REST answers an id in a path that is not UTF-8 with 400', async () => {
  const face: Face = faces().REST;

  const answer = await askOnWire(face, { target: '/api/companies/%E9' });

  expect([answer.status, face.error(answer)]).toEqual([400, true]);
});

test('what cannot be read is logged with the id of its response', async () => {
  const log = captureLog();
  const gateway = await startTestGateway({ logger: log.logger });

  const { headers, body } = await askOnWire(gateway, {
    target: '/graphql',
    headers: [`x: ${'SECRET'.repeat(3000)}`],
  });

  const requestId = headers['x-request-id'] ?? 'none';
  expect(JSON.parse(body).correlationId).toBe(requestId);
  expect(log.linesWith(requestId)).toMatchObject([
    { msg: 'unreadable request', status: 431, errorCodes: ['HEADERS_TOO_LARGE'] },
  ]);
  expect(log.text()).not.toContain('SECRET');
});

const idIn = ({ body }: WireAnswer) => /"id":"([^"]+)"/.exec(body)?.[1];

test.for(['GraphQL', 'REST'] as const)(
  '%s: a body is the same for an Idempotency-Key, compressed or not',
  async (name) => {
    const face: Face = faces()[name];
    const create = {
      GraphQL: {
        query:
          'mutation { createCompany(input: { name: "Acme" }) { ... on CreateCompanyPayload { company { id } } } }',
      },
      REST: { name: 'Acme' },
    }[name];
    const body = JSON.stringify(create);
    const { target, type } = face.write;
    const request = { method: 'POST', target };
    const headers = [`content-type: ${type}`, `idempotency-key: ${randomUUID()}`];

    const plain = await askOnWire(face, { ...request, body, headers });
    const again = await askOnWire(face, {
      ...request,
      body: gzipSync(`\uFEFF${body}`),
      headers: [...headers, 'content-encoding: gzip'],
    });

    expect(idIn(plain)).toEqual(expect.any(String));
    expect(idIn(again)).toBe(idIn(plain));
  },
);
