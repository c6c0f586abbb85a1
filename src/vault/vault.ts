import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { compactDecrypt, CompactEncrypt, type CompactJWEHeaderParameters } from 'jose';
import type { CompanyId, ConnectionId } from '../domain/id.ts';
import type { Sealed } from '../store/sealed.ts';
import type { EncryptionKey } from './key.ts';

/** Encrypts secrets for storage, decrypts them, and signs. */
export interface Vault {
  /** The id of the key that seals. */
  readonly keyId: string;
  /** The ids of all keys that open. */
  readonly keyIds: readonly string[];
  /** Encrypts a JSON value and binds it to `boundTo`, the name of what it belongs to. */
  seal(secret: unknown, boundTo: string): Promise<Sealed>;
  /** Decrypts. Throws `VaultError` if the key is missing, the secret was altered, or it is bound to something else. */
  open(sealed: Sealed, boundTo: string): Promise<unknown>;
  /** Signs bytes for one purpose with the first key; returns 32 bytes. */
  sign(purpose: string, bytes: Uint8Array): Buffer;
  /** Reports whether any of the keys signed these bytes for this purpose. Compares in constant time. */
  isSigned(purpose: string, bytes: Uint8Array, signature: Uint8Array): boolean;
}

/** A secret cannot be opened. The message reveals nothing about the secret, and only the ids of keys. */
export class VaultError extends Error {
  override readonly name = 'VaultError';
}

/** Returns the name that a connection's secrets are bound to, so that no other connection or company can use them. */
export function ofConnection({
  companyId,
  connectionId,
}: {
  readonly companyId: CompanyId;
  readonly connectionId: ConnectionId;
}): string {
  return `${companyId}/${connectionId}`;
}

const alg = 'dir';
const enc = 'A256GCM';
/** A custom parameter of the header: what the secret is bound to. */
const binding = 'bound_to';

/** Makes a vault. The first key seals and signs; every key opens and verifies. */
export function createVault(keys: readonly EncryptionKey[]): Vault {
  const [first] = keys;
  if (!first) throw new Error('a vault requires at least one key');
  const byId = new Map(keys.map(({ id, key }) => [id, key]));
  const signers = keys.map(createSigner);
  const [sign] = signers as [Signer];
  return {
    keyId: first.id,
    keyIds: [...byId.keys()],
    async seal(secret, boundTo) {
      const json: string | undefined = JSON.stringify(secret);
      if (json === undefined) throw new TypeError('only a JSON value can be sealed');
      const jwe = await new CompactEncrypt(Buffer.from(json))
        .setProtectedHeader({ alg, enc, kid: first.id, [binding]: boundTo })
        .encrypt(first.key);
      return { keyId: first.id, jwe };
    },
    async open({ keyId, jwe }, boundTo) {
      const key = byId.get(keyId);
      if (!key) throw new VaultError(`the secret cannot be decrypted: the key ${keyId} is missing`);
      const { header, secret } = await decrypt(jwe, key, keyId);
      if (header.kid !== keyId)
        throw new VaultError(
          'the secret cannot be decrypted: it was modified and names another key',
        );
      if (header[binding] !== boundTo)
        throw new VaultError('the secret cannot be decrypted: it belongs to another record');
      return secret;
    },
    sign,
    isSigned: (purpose, bytes, signature) =>
      signature.length === signatureBytes &&
      signers.some((signed) => timingSafeEqual(signed(purpose, bytes), signature)),
  };
}

/** The length of a signature in bytes: HMAC with SHA-256. */
const signatureBytes = 32;

type Signer = Vault['sign'];

/** Returns a signer whose keys, one per purpose, derive from an encryption key (HKDF, RFC 5869). */
function createSigner({ key }: EncryptionKey): Signer {
  const derived = new Map<string, Buffer>();
  return (purpose, bytes) => {
    let signingKey = derived.get(purpose);
    if (signingKey === undefined) {
      signingKey = Buffer.from(hkdfSync('sha256', key, '', `connexions ${purpose}`, 32));
      derived.set(purpose, signingKey);
    }
    return createHmac('sha256', signingKey).update(bytes).digest();
  };
}

async function decrypt(jwe: string, key: EncryptionKey['key'], keyId: string) {
  try {
    const { protectedHeader, plaintext } = await compactDecrypt(jwe, key, {
      keyManagementAlgorithms: [alg],
      contentEncryptionAlgorithms: [enc],
    });
    const header: CompactJWEHeaderParameters = protectedHeader;
    return { header, secret: JSON.parse(Buffer.from(plaintext).toString()) as unknown };
  } catch {
    // Omit the cause: JSON.parse, for example, quotes the text that it cannot parse.
    throw new VaultError(
      `the secret cannot be decrypted: it was modified, or sealed with a key other than ${keyId}`,
    );
  }
}
