import { randomUUID } from 'node:crypto';
import { assert, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import type { CompanyId, ConnectionId } from '../../src/domain/id.ts';
import { isLinkCode, newLinkCode, readLinkCode } from '../../src/linking/flow/link-code.ts';
import { newKeyText, newVault } from '../support/vault.ts';

const companyId = randomUUID() as CompanyId;
const connectionId = randomUUID() as ConnectionId;
const now = Date.parse('2026-01-01T00:00:00Z');
const dayMs = 86_400_000;

const redirectUrl = 'https://app.example.com/linked?company={companyId}';
const targets = [
  { companyId, connectionId: null, allowDifferentAccount: false, redirectUrl: null },
  { companyId, connectionId, allowDifferentAccount: false, redirectUrl: null },
  { companyId, connectionId, allowDifferentAccount: true, redirectUrl: null },
  { companyId, connectionId: null, allowDifferentAccount: false, redirectUrl },
  { companyId, connectionId, allowDifferentAccount: true, redirectUrl },
];

test.for(targets)('a code says what it permits: %o', (target) => {
  const vault = newVault();

  const { code, expires } = newLinkCode(vault, target, now);

  expect(expires).toBe(now + dayMs);
  expect(isLinkCode(code)).toBe(true);
  expect(readLinkCode(vault, code, { companyId, connectionId, redirectUrl })).toEqual({
    ...target,
    expires,
    browser: null,
  });
});

test('two codes for the same are different', () => {
  const vault = newVault();
  const codes = Array.from(
    { length: 100 },
    () => newLinkCode(vault, targets[0] as never, now).code,
  );

  expect(new Set(codes).size).toBe(100);
});

test('a code is of no use for another company or connection, nor where its connection is not named', () => {
  const vault = newVault();
  const [ofCompany, ofConnection] = targets.map((target) => newLinkCode(vault, target, now).code);
  const other = randomUUID();
  const read = (code: string | undefined, at: object) => readLinkCode(vault, code ?? '', at);

  expect(read(ofCompany, { companyId: other })).toBeUndefined();
  expect(read(ofConnection, { companyId: other, connectionId })).toBeUndefined();
  expect(read(ofConnection, { companyId, connectionId: other })).toBeUndefined();
  expect(read(ofConnection, { companyId })).toBeUndefined();
});

test('a redirect URL is part of what is signed: no other can be put in its place, or added', () => {
  const vault = newVault();
  const target = { companyId, connectionId: null, allowDifferentAccount: false };
  const { code } = newLinkCode(vault, { ...target, redirectUrl }, now);
  const { code: plain } = newLinkCode(vault, target, now);

  for (const other of [undefined, '', `${redirectUrl}x`, 'https://attacker.example']) {
    expect(readLinkCode(vault, code, { companyId, redirectUrl: other })).toBeUndefined();
  }
  expect(
    readLinkCode(vault, plain, { companyId, redirectUrl: 'https://attacker.example' }),
  ).toMatchObject({ redirectUrl: null });
});

test('a code that is altered anywhere is none', () => {
  const vault = newVault();
  const { code } = newLinkCode(
    vault,
    { companyId, connectionId, allowDifferentAccount: false },
    now,
  );
  const bytes = Buffer.from(code, 'base64url');

  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const altered = Buffer.from(bytes);
    altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const read = readLinkCode(vault, altered.toString('base64url'), { companyId, connectionId });
    expect([bit, read]).toEqual([bit, undefined]);
  }
});

test('a code has one spelling', () => {
  const vault = newVault();
  const target = { companyId, connectionId, allowDifferentAccount: false };
  const spellings = Array.from({ length: 20 }, () => newLinkCode(vault, target, now).code).flatMap(
    (code) =>
      [`${code}=`, ` ${code}`, `${code}\n`, code.replaceAll('-', '+').replaceAll('_', '/')].filter(
        (it) => it !== code,
      ),
  );

  for (const text of spellings) expect(readLinkCode(vault, text, target)).toBeUndefined();
});

test('no text that nobody signed is a code', () => {
  const vault = newVault();

  assert(
    property(string({ maxLength: 100 }), (text) => {
      expect(readLinkCode(vault, text, { companyId, connectionId })).toBeUndefined();
    }),
  );
});

test('a code has one form: two texts are never the same code', () => {
  const vault = newVault();
  const { code } = newLinkCode(
    vault,
    { companyId, connectionId, allowDifferentAccount: false },
    now,
  );
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

  const same = alphabet
    .split('')
    .filter(
      (last) =>
        readLinkCode(vault, code.slice(0, -1) + last, { companyId, connectionId }) !== undefined,
    );

  expect(same).toEqual([code.at(-1)]);
  for (const text of [`${code}=`, `${code}A`, ` ${code}`]) expect(isLinkCode(text)).toBe(false);
});

test('codes stay good when the encryption key changes, as long as the gateway has the old one', () => {
  const [before, after] = [newKeyText(), newKeyText()];
  const target = { companyId, connectionId: null, allowDifferentAccount: false };
  const { code } = newLinkCode(newVault(before), target, now);

  expect(readLinkCode(newVault(after, before), code, { companyId })).toMatchObject(target);
  expect(readLinkCode(newVault(after), code, { companyId })).toBeUndefined();
});

test('what is signed for another purpose is no code', () => {
  const vault = newVault();
  const bytes = Buffer.from('the same bytes');

  const signature = vault.sign('something else', bytes);

  expect(vault.isSigned('something else', bytes, signature)).toBe(true);
  expect(vault.isSigned('link code', bytes, signature)).toBe(false);
  expect(vault.isSigned('something else', bytes, signature.subarray(1))).toBe(false);
});
