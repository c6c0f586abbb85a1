import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { ConfigError, readConfig } from '../../src/config/config.ts';
import { keyOf, newKeyText } from '../support/vault.ts';

function keyIdsOf(variable: string): string[] {
  return readConfig({ ENCRYPTION_KEYS: variable }).encryptionKeys.map(({ id }) => id);
}

/** Returns the error message for an invalid value. Throws if the value is accepted. */
function faultOf(variable: string): string {
  try {
    readConfig({ ENCRYPTION_KEYS: variable });
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('it was accepted');
}

test('ENCRYPTION_KEYS holds keys in their order, with or without spaces around them', () => {
  const [one, other] = [newKeyText(), newKeyText()];

  expect(keyIdsOf(`${one},${other}`)).toEqual([keyOf(one).id, keyOf(other).id]);
  expect(keyIdsOf(` ${other} ,\n${one}\n`)).toEqual([keyOf(other).id, keyOf(one).id]);
});

test('a key may be in base64 or base64url, with or without padding', () => {
  const bytes = Buffer.alloc(32, 0xfe);
  const [padded, url] = [bytes.toString('base64'), bytes.toString('base64url')];

  const ids = [padded, padded.replace('=', ''), url, `${url}=`].flatMap(keyIdsOf);

  expect(ids).toHaveLength(4);
  expect(new Set(ids).size).toBe(1);
});

test('without ENCRYPTION_KEYS, or with an empty one, there are no keys', () => {
  expect(readConfig({}).encryptionKeys).toEqual([]);
  expect(keyIdsOf('')).toEqual([]);
});

test.for([
  ['of 16 bytes', randomBytes(16).toString('base64'), 'key 1 has 16 bytes instead of 32'],
  ['of 33 bytes', randomBytes(33).toString('base64'), 'key 1 has 33 bytes instead of 32'],
  ['in hexadecimal', randomBytes(32).toString('hex'), 'key 1 has 48 bytes instead of 32'],
  ['of two alphabets', `+/-_${newKeyText().slice(4)}`, 'key 1 is not base64'],
  ['with a space inside', newKeyText().replace(/^.{9}/, '$& '), 'key 1 is not base64'],
  ['that is a password', 'correct horse battery staple', 'key 1 is not base64'],
  ['in quotes', `"${newKeyText()}"`, 'key 1 is not base64'],
  ['after a comma too many', `${newKeyText()},`, 'key 2 is empty'],
  ['after spaces only', ' ', 'key 1 is empty'],
] as const)('a key %s is refused, and not shown', ([, variable, fault]) => {
  const message = faultOf(variable);

  expect(message).toBe(
    `ENCRYPTION_KEYS must be comma-separated keys, each created with \`openssl rand -base64 32\`: ${fault}`,
  );
});

test('each key that cannot be used is named by its number', () => {
  const messages = faultOf(`${newKeyText()},garbled!,${newKeyText()},c2hvcnQ=`).split('\n');

  expect(messages.map((message) => message.split(': ').at(-1))).toEqual([
    'key 2 is not base64',
    'key 4 has 5 bytes instead of 32',
  ]);
});
