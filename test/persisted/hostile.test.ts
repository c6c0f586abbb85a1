import { expect, test } from 'vitest';
import { sendJson } from '../support/http.ts';
import { sha256Id, startWithDocuments } from '../support/persisted.ts';

const typename = '{ __typename }';
const answered = { data: { __typename: 'Query' } };

test.for([
  ['__proto__', '__proto__'],
  ['constructor', 'constructor'],
  ['toString', 'toString'],
  ['hasOwnProperty', 'hasOwnProperty'],
  ['a very long text', 'a'.repeat(200_000)],
  ['control characters', 'a\u0000b\r\nSet-Cookie: c'],
  ['a hash in capitals', sha256Id(typename).toUpperCase().replace('SHA', 'sha')],
  ['a hash without its prefix', sha256Id(typename).slice('sha256:'.length)],
  ['a hash of another kind', sha256Id(typename).replace('sha256', 'sha512')],
  ['a key in capitals', 'KNOWN'],
  ['a key with a space', ' known'],
  ['the text itself', typename],
] as const)('%s is an unknown id, of which the answer tells nothing', async ([, documentId]) => {
  const gateway = await startWithDocuments({ known: typename });

  const { text } = await sendJson(gateway.url, { documentId });

  expect(JSON.parse(text)).toEqual({
    errors: [
      {
        message: 'No persisted document has this documentId',
        extensions: { code: 'PERSISTED_DOCUMENT_NOT_FOUND' },
      },
    ],
  });
});

test('a file can call documents __proto__ and constructor, and changes no prototype by that', async () => {
  const file = `{ "__proto__": "${typename}", "constructor": "${typename}" }`;
  const gateway = await startWithDocuments(file);

  for (const documentId of ['__proto__', 'constructor']) {
    expect((await sendJson(gateway.url, { documentId })).json()).toEqual(answered);
  }
  expect((await sendJson(gateway.url, { documentId: 'polluted' })).json().data).toBeUndefined();
  expect({}.constructor).toBe(Object);
});

test.for([
  '{"__proto__": {"documentId": "known"}}',
  '{"constructor": {"prototype": {"documentId": "known"}}}',
  '{"query": null, "__proto__": {"query": "{ __typename }"}}',
])('%s asks for nothing', async (body) => {
  const gateway = await startWithDocuments({ known: typename });

  const answer = await sendJson(gateway.url, body);

  expect(answer.status).toBe(400);
  expect(answer.json().data).toBeUndefined();
});

test('the last of two ids in one body counts, also where the first one is unknown', async () => {
  const gateway = await startWithDocuments({ known: typename });

  const answer = await sendJson(gateway.url, '{"documentId": "other", "documentId": "known"}');

  expect(answer.json()).toEqual(answered);
});
