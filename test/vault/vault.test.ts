import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Sealed } from '../../src/store/sealed.ts';
import { createVault, VaultError, type SecretUse, type Vault } from '../../src/vault/vault.ts';
import { keyOf, newKeyText, newVault } from '../support/vault.ts';

const secret = { accessToken: 'T0KEN-in-plain', fields: { realm: 'a realm' } };
const boundTo = 'a company/a connection';
const use: SecretUse = { purpose: 'credentials', boundTo };

/** The secret, as a version of the gateway sealed it that knew no purposes, with a key of 32 bytes that are 7. */
const sealedWithoutPurpose: Sealed = {
  keyId: 'f859e7bff5db0509',
  jwe: 'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwia2lkIjoiZjg1OWU3YmZmNWRiMDUwOSIsImJvdW5kX3RvIjoiYSBjb21wYW55L2EgY29ubmVjdGlvbiJ9..03S8k0F9IN8itk8o.-cmScw15hh8dTNCC1ivY-7gVTVPlNAWPy_NM8oCp008-dWE4YMlNqG4yaGZ6j37dcdiQAEhx9ynwTIDHuA.tBbg1-cb-JLqIYOYuvqUvA',
};

/** Returns the error of opening a secret. Throws if it can be opened. */
async function refusal(vault: Vault, sealed: Sealed, to = use): Promise<VaultError> {
  try {
    await vault.open(sealed, to);
  } catch (error) {
    if (error instanceof VaultError) return error;
    throw error;
  }
  throw new Error('it was opened');
}

/** Returns the parts of a JWE as bytes. */
function partsOf({ jwe }: Sealed): Buffer[] {
  return jwe.split('.').map((part) => Buffer.from(part, 'base64url'));
}

function ofParts(sealed: Sealed, parts: readonly Buffer[]): Sealed {
  return { ...sealed, jwe: parts.map((part) => part.toString('base64url')).join('.') };
}

test('any JSON value is opened as it was sealed, by what it is bound to', async () => {
  const vault = newVault();
  await fc.assert(
    fc.asyncProperty(
      fc.jsonValue({ stringUnit: 'binary' }),
      fc.string({ unit: 'binary' }),
      async (value, to) => {
        const sealed = await vault.seal(value, { ...use, boundTo: to });
        const opened = await vault.open(sealed, { ...use, boundTo: to });

        expect(JSON.stringify(opened)).toBe(JSON.stringify(value));
      },
    ),
  );
});

test('what is sealed shows nothing of the secret, and is never the same twice', async () => {
  const vault = newVault();

  const [one, other] = [await vault.seal(secret, use), await vault.seal(secret, use)];

  expect(Buffer.concat(partsOf(one)).toString('latin1')).not.toMatch(/T0KEN|realm/);
  expect(one.jwe).not.toBe(other.jwe);
});

test('the form is a compact JWE of A256GCM whose header names the key', async () => {
  const vault = newVault();

  const sealed = await vault.seal(secret, use);

  const [header, encryptedKey] = partsOf(sealed);
  expect(JSON.parse(String(header))).toEqual({
    alg: 'dir',
    enc: 'A256GCM',
    kid: vault.keyId,
    bound_to: boundTo,
    purpose: 'credentials',
  });
  expect(encryptedKey).toHaveLength(0);
  expect(sealed.keyId).toBe(vault.keyId);
});

test('a key has the same name everywhere, in base64 and base64url, and another key another', () => {
  const text = Buffer.alloc(32, 0xfb);

  expect(newVault(text.toString('base64')).keyId).toBe('bb38fb5b0ca79130');
  expect(newVault(text.toString('base64url')).keyId).toBe('bb38fb5b0ca79130');
  expect(newVault().keyId).not.toBe(newVault().keyId);
});

test('the first key seals and all keys open', async () => {
  const [old, next] = [newKeyText(), newKeyText()];
  const sealed = await newVault(old).seal(secret, use);
  const vault = newVault(next, old);

  expect(await vault.open(sealed, use)).toEqual(secret);
  expect((await vault.seal(secret, use)).keyId).toBe(keyOf(next).id);
  expect(vault.keyIds).toEqual([keyOf(next).id, keyOf(old).id]);
});

test('without its key nothing opens', async () => {
  const vault = newVault();
  const sealed = await vault.seal(secret, use);
  const other = newVault();

  expect((await refusal(other, sealed)).message).toBe(
    `the secret cannot be decrypted: the key ${vault.keyId} is missing`,
  );
  expect((await refusal(other, { ...sealed, keyId: other.keyId })).message).toMatch(
    /it was modified/,
  );
});

test.for(['another company/a connection', 'a company/another connection', ''])(
  'what is bound to a connection is not opened for %j',
  async (to) => {
    const vault = newVault();
    const sealed = await vault.seal(secret, use);

    expect((await refusal(vault, sealed, { ...use, boundTo: to })).message).toBe(
      'the secret cannot be decrypted: it belongs to another record',
    );
  },
);

test.for([
  ['credentials', 'authorization'],
  ['authorization', 'credentials'],
] as const)('what is sealed for %s is not opened for %s', async ([purpose, other]) => {
  const vault = newVault();
  const sealed = await vault.seal(secret, { ...use, purpose });

  const error = await refusal(vault, sealed, { ...use, purpose: other });

  expect(error.message).toBe('the secret cannot be decrypted: it is for another purpose');
  expect(await vault.open(sealed, { ...use, purpose })).toEqual(secret);
});

test('a header that names another purpose, or none, is refused', async () => {
  const vault = newVault();
  const sealed = await vault.seal(secret, use);
  const [header, ...rest] = partsOf(sealed);
  const { purpose: _, ...without } = JSON.parse(String(header));

  for (const changed of [without, { ...without, purpose: 'authorization' }]) {
    const parts = [Buffer.from(JSON.stringify(changed)), ...rest];
    const error = await refusal(vault, ofParts(sealed, parts), {
      ...use,
      purpose: 'authorization',
    });
    expect(error.message).toMatch(/it was modified/);
  }
});

test('what was sealed before there were purposes still opens, by what it is bound to', async () => {
  const vault = newVault(Buffer.alloc(32, 7).toString('base64'));

  expect(await vault.open(sealedWithoutPurpose, use)).toEqual(secret);
  const error = await refusal(vault, sealedWithoutPurpose, { ...use, boundTo: 'elsewhere' });
  expect(error.message).toBe('the secret cannot be decrypted: it belongs to another record');
});

test('a header that names another binding is refused', async () => {
  const vault = newVault();
  const sealed = await vault.seal(secret, use);
  const [header, ...rest] = partsOf(sealed);
  const changed = Buffer.from(String(header).replace(boundTo, 'elsewhere'));

  const error = await refusal(vault, ofParts(sealed, [changed, ...rest]), {
    ...use,
    boundTo: 'elsewhere',
  });

  expect(error.message).toMatch(/it was modified/);
});

test('what is kept under the name of another key of the vault is refused', async () => {
  const [one, other] = [newKeyText(), newKeyText()];
  const sealed = await newVault(one).seal(secret, use);

  const error = await refusal(newVault(one, other), { ...sealed, keyId: keyOf(other).id });

  expect(error.message).toMatch(/it was modified/);
});

test('a change of any bit is refused', async () => {
  const vault = newVault();
  const sealed = await vault.seal(secret, use);
  const bits = partsOf(sealed).flatMap((bytes, part) =>
    Array.from({ length: bytes.length * 8 }, (_, bit) => ({ part, bit })),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...bits), async ({ part, bit }) => {
      const parts = partsOf(sealed);
      const bytes = parts[part];
      bytes?.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);

      expect(await refusal(vault, ofParts(sealed, parts))).toBeInstanceOf(VaultError);
    }),
    { numRuns: 300 },
  );
});

test.for([
  ['nothing', ''],
  ['empty parts', '....'],
  ['an empty header', 'e30....'],
  ['parts that are not base64', '!.?.*.+./'],
  ['a long part', `${'x'.repeat(100_000)}....`],
] as const)('%s in place of a JWE is refused', async ([, jwe]) => {
  const vault = newVault();

  expect((await refusal(vault, { keyId: vault.keyId, jwe })).message).toMatch(/it was modified/);
});

test('neither a vault, its keys nor its errors show a key or a secret', async () => {
  const text = newKeyText();
  const vault = newVault(text);
  const sealed = await vault.seal(secret, use);
  const errors = [
    await refusal(vault, sealed, { ...use, boundTo: 'elsewhere' }),
    await refusal(vault, { ...sealed, jwe: sealed.jwe.slice(0, -4) }),
    await refusal(newVault(), sealed),
  ];

  const shown = [vault, keyOf(text), ...errors].map(
    (it) => `${inspect(it, { depth: 9, showHidden: true })}${JSON.stringify(it)}`,
  );

  const bytes = Buffer.from(text, 'base64');
  for (const form of [text, bytes.toString('hex'), bytes.toString('base64url'), 'T0KEN']) {
    expect(shown.join('\n')).not.toContain(form);
  }
});

test('a vault needs a key', () => {
  expect(() => createVault([])).toThrow('a vault requires at least one key');
});

test('only a JSON value can be sealed', async () => {
  await expect(newVault().seal(undefined, use)).rejects.toThrow(TypeError);
});
