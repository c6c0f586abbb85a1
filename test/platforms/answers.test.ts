import { expect, test } from 'vitest';
import { startFakeProvider, type Answer } from '../support/fake-provider.ts';
import { shared } from '../support/lifetime.ts';

// A provider that answers in every way that platforms do: what a link, a renewal and a revocation make of it.

const provider = shared(() => startFakeProvider());

/** What happens if the answer is to the exchange of a code, to a renewal and to a revocation. */
type Case = readonly [name: string, answer: Answer, outcomes: readonly string[]];

const tokens = {
  access_token: 'new',
  token_type: 'Bearer',
  expires_in: 3600,
  refresh_token: 'next',
};
const without = (...names: (keyof typeof tokens)[]) =>
  Object.fromEntries(
    Object.entries(tokens).filter(([name]) => !names.some((left) => left === name)),
  );
const form = new URLSearchParams({ ...tokens, expires_in: '3600' }).toString();

const good = 'new and next, 3600 s';
const invalid = (detail: string) =>
  `rejected: the platform returned an invalid response (${detail})`;
const badMember = invalid('OAUTH_INVALID_RESPONSE');
const notParsed = invalid('OAUTH_PARSE_ERROR');
const notJson = invalid('status 200');
const refused = 'invalidGrant: the platform reports that the grant is invalid';
const badClient = 'rejected: the platform rejected the client credentials of the gateway';
const out = (why: string) => `unavailable: the platform is not available: ${why}`;
const all = (outcome: string) => [outcome, outcome, outcome];
/** Any success is one to a revocation, whatever its body. */
const same = (outcome: string) => [outcome, outcome, 'revoked'];

/** A success with other members than usual. */
const body = (members: object, status = 200): Answer => ({ status, body: members });

const members: Case[] = [
  ['the usual tokens', body(tokens), same(good)],
  ...[null, ''].flatMap((empty): Case[] => {
    const is = JSON.stringify(empty);
    return [
      [
        `refresh_token ${is}`,
        body({ ...tokens, refresh_token: empty }),
        ['new and no refresh token, 3600 s', 'new and kept, 3600 s', 'revoked'],
      ],
      [
        `expires_in ${is}`,
        body({ ...tokens, expires_in: empty }),
        ['new and next, for ever', 'new and next, 1800 s', 'revoked'],
      ],
      [`scope ${is}`, body({ ...tokens, scope: empty }), same(good)],
      [`id_token ${is}`, body({ ...tokens, id_token: empty }), same(good)],
      [`a member of its own ${is}`, body({ ...tokens, tenant: empty }), same(good)],
      [`error ${is} beside tokens`, body({ ...tokens, error: empty }), same(good)],
      [`access_token ${is}`, body({ ...tokens, access_token: empty }), same(badMember)],
      [`token_type ${is}`, body({ ...tokens, token_type: empty }), same(badMember)],
    ];
  }),
  [
    'no refresh_token',
    body(without('refresh_token')),
    ['new and no refresh token, 3600 s', 'new and kept, 3600 s', 'revoked'],
  ],
  [
    'no expires_in',
    body(without('expires_in')),
    ['new and next, for ever', 'new and next, 1800 s', 'revoked'],
  ],
  ['no access_token', body(without('access_token')), same(badMember)],
  ['no token_type', body(without('token_type')), same(badMember)],
  ['token_type in odd case', body({ ...tokens, token_type: 'bEARER' }), same(good)],
  [
    'another token_type',
    body({ ...tokens, token_type: 'mac' }),
    same(invalid('OAUTH_UNSUPPORTED_OPERATION')),
  ],
  ['expires_in as text', body({ ...tokens, expires_in: '3600' }), same(good)],
  [
    'expires_in with a fraction',
    body({ ...tokens, expires_in: 59.5 }),
    same('new and next, 59.5 s'),
  ],
  ['expires_in 0', body({ ...tokens, expires_in: 0 }), same('new and next, for ever')],
  ['expires_in 1e300', body({ ...tokens, expires_in: 1e300 }), same('new and next, for ever')],
  ['expires_in below 0', body({ ...tokens, expires_in: -1 }), same(badMember)],
  ...[true, [], {}, 'soon'].map((value): Case => [
    `expires_in ${JSON.stringify(value)}`,
    body({ ...tokens, expires_in: value }),
    same(badMember),
  ]),
  ...(['refresh_token', 'scope', 'id_token'] as const).map((name): Case => [
    `${name} that is a number`,
    body({ ...tokens, [name]: 5 }),
    same(badMember),
  ]),
];

const forms: Case[] = [
  ['a byte order mark', { body: `\uFEFF${JSON.stringify(tokens)}` }, same(good)],
  ...[
    'application/json; charset=utf-8',
    'application/json; charset=ISO-8859-1',
    'APPLICATION/JSON',
    'application/vnd.platform+json',
    'text/plain',
    'text/html',
    '',
  ].flatMap((type): Case[] => {
    const headers = { 'content-type': type };
    return [
      [`tokens as "${type}"`, { headers, body: tokens }, same(good)],
      [
        `invalid_grant as "${type}"`,
        { status: 400, headers, body: { error: 'invalid_grant' } },
        all(refused),
      ],
    ];
  }),
  [
    'tokens as a form',
    { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: form },
    same(notJson),
  ],
  ['no body', { body: '' }, same(notParsed)],
  ['a list', { body: [tokens] }, same(badMember)],
  ['JSON that breaks off', { body: '{"access_token": "new"' }, same(notParsed)],
  ['a page', { headers: { 'content-type': 'text/html' }, body: '<html>' }, same(notJson)],
  ['201', body(tokens, 201), same(good)],
  ['204', { status: 204 }, same(notParsed)],
  ['200 with invalid_grant', body({ error: 'invalid_grant' }), all(refused)],
  [
    '200 with an error of its own',
    body({ error: 'bad_verification_code' }),
    all('rejected: the platform returned bad_verification_code'),
  ],
  [
    '200 with an error that is no code',
    body({ error: { message: 'no' } }),
    [badMember, badMember, 'revoked'],
  ],
];

const challenges = {
  Basic: 'Basic realm="token"',
  Bearer: 'Bearer realm="api", error="invalid_token"',
  several: 'Bearer realm="api", Basic realm="token", charset="UTF-8"',
};

const statuses: Case[] = [
  ...[400, 401, 403, 404, 405, 409, 410, 418].flatMap((status): Case[] => {
    const plain: Case[] = [
      [`${status} with nothing`, { status }, all(invalid(`status ${status}`))],
      [`${status} with invalid_grant`, body({ error: 'invalid_grant' }, status), all(refused)],
      [
        `${status} with invalid_client`,
        body({ error: 'invalid_client' }, status),
        all(`${badClient}: it returned invalid_client`),
      ],
    ];
    const challenged = Object.entries(challenges).flatMap(([which, challenge]): Case[] => {
      const headers = { 'www-authenticate': challenge };
      const answer = { status, headers, body: { error: 'invalid_grant' } };
      return [
        [`${status} with the challenge ${which}`, { status, headers }, all(badClient)],
        [`${status} with the challenge ${which} and invalid_grant`, answer, all(refused)],
      ];
    });
    return plain.concat(challenged);
  }),
  ...[408, 429, 500, 502, 503, 504].flatMap((status): Case[] =>
    [{}, { body: { error: 'invalid_grant' } }, { headers: { 'www-authenticate': 'Basic' } }].map(
      (rest, n): Case => [
        `${status} with ${['nothing', 'invalid_grant', 'a challenge'][n]}`,
        { status, ...rest },
        all(out(`it returned status ${status}`)),
      ],
    ),
  ),
  ...['temporarily_unavailable', 'server_error'].map((error): Case => [
    `400 with ${error}`,
    body({ error }, 400),
    all(out(`it returned ${error}`)),
  ]),
  [
    '400 with unauthorized_client',
    body({ error: 'unauthorized_client' }, 400),
    all('rejected: the platform returned unauthorized_client'),
  ],
  [
    '400 with an error that quotes a token',
    body({ error: 'the token "old" is bad' }, 400),
    all('rejected: the platform returned an error'),
  ],
  ['302', { status: 302, headers: { location: '/elsewhere' } }, all(invalid('status 302'))],
];

const date = (seconds: number) =>
  new Date(Date.UTC(2026, 10, 30, 12) + seconds * 1000).toUTCString();

const waits: Case[] = [
  ...(
    [
      ['120', ' [120 s]'],
      ['0', ' [0 s]'],
      ['999999999', ' [86400 s]'],
      [date(90), ' [90 s]'],
      [date(-90), ' [0 s]'],
      [date(7 * 86_400), ' [86400 s]'],
      ['Monday, 30-Nov-26 12:01:30 GMT', ' [90 s]'],
      ['soon', ''],
      ['-5', ''],
      ['1.5', ''],
      ['2026-11-30T12:01:30Z', ''],
      ['Mon, 99 Foo 2026 12:01:30 GMT', ''],
    ] as const
  ).flatMap(([retryAfter, wait]): Case[] =>
    [429, 503].map((status): Case => [
      `${status} with Retry-After ${retryAfter}`,
      { status, headers: { 'retry-after': retryAfter, date: date(0) } },
      all(`${out(`it returned status ${status}`)}${wait}`),
    ]),
  ),
  [
    '403 with Retry-After',
    { status: 403, headers: { 'retry-after': '60' } },
    all(`${invalid('status 403')} [60 s]`),
  ],
  [
    'a refusal with Retry-After',
    { status: 400, headers: { 'retry-after': '60' }, body: { error: 'invalid_grant' } },
    all(`${refused} [60 s]`),
  ],
];

const broken: Case[] = [
  ['a connection that breaks', (response) => response.destroy(), all(out('it cannot be reached'))],
  [
    'a body that breaks off',
    (response) => {
      response.writeHead(200, { 'content-length': '500' }).write('{"access_token":');
      response.destroy();
    },
    all(out('it cannot be reached')),
  ],
  [
    'a body of 2 MB',
    { body: 'x'.repeat(2_000_000) },
    all('rejected: the platform cannot be used: its response has more than 1000000 bytes'),
  ],
];

test.for([...members, ...forms, ...statuses, ...waits, ...broken])(
  '%s',
  async ([, answer, expected]) => {
    provider().answer(answer);

    const outcomes = [
      await provider().exchange(),
      await provider().renew(),
      await provider().revoke(),
    ];

    expect(outcomes).toEqual(expected);
  },
);

test.for<[string, Answer]>([
  ['no answer', () => {}],
  ['an answer without an end', (response) => void response.writeHead(200).write('{')],
])('%s', async ([, answer]) => {
  const slow = await startFakeProvider({}, 300);
  slow.answer(answer);

  const outcomes = await Promise.all([slow.exchange(), slow.renew(), slow.revoke()]);

  expect(outcomes).toEqual(all(out('it did not respond in time')));
});

test.for([
  ['200', { status: 200 }, 'revoked'],
  ['204', { status: 204 }, 'revoked'],
  ['400 with invalid_grant', { status: 400, body: { error: 'invalid_grant' } }, refused],
  [
    '503',
    { status: 503, headers: { 'retry-after': '9' } },
    `${out('it returned status 503')} [9 s]`,
  ],
] as const)('a revocation by JSON: %s', async ([, answer, revoked]) => {
  const json = await startFakeProvider({ revocationBody: 'json' });
  json.answer(answer);

  expect(await json.revoke()).toBe(revoked);
});
