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
  /** Encrypts a JSON value and binds it to a use. */
  seal(secret: unknown, use: SecretUse): Promise<Sealed>;
  /** Decrypts. Throws `VaultError` if the key is missing, the secret was altered, or it is bound to another use. */
  open(sealed: Sealed, use: SecretUse): Promise<unknown>;
  /** Signs bytes for one purpose with the first key; returns 32 bytes. */
  sign(purpose: string, bytes: Uint8Array): Buffer;
  /** Reports whether any of the keys signed these bytes for this purpose. Compares in constant time. */
  isSigned(purpose: string, bytes: Uint8Array, signature: Uint8Array): boolean;
}

/** A secret cannot be opened. The message reveals nothing about the secret, and only the ids of keys. */
export class VaultError extends Error {
  override readonly name = 'VaultError';
}

/**
 * What a secret is for. `credentials`: what a platform granted, while it is used and until it is revoked.
 * `authorization`: what ties a platform's response to a request.
 */
export type SecretPurpose = 'credentials' | 'authorization';

/** The only use that a secret opens for. */
export interface SecretUse {
  readonly purpose: SecretPurpose;
  /** The name of what the secret belongs to. */
  readonly boundTo: string;
}

/** Returns the use of a connection's secrets, so that no other connection or company can use them. */
export function ofConnection(
  purpose: SecretPurpose,
  {
    companyId,
    connectionId,
  }: { readonly companyId: CompanyId; readonly connectionId: ConnectionId },
): SecretUse {
  return { purpose, boundTo: `${companyId}/${connectionId}` };
}

const alg = 'dir';
const enc = 'A256GCM';
/** Custom parameters of the header, which is authenticated: what the secret belongs to, and what it is for. */
const owner = 'bound_to';
const use = 'purpose';

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
    async seal(secret, { purpose, boundTo }) {
      const json: string | undefined = JSON.stringify(secret);
      if (json === undefined) throw new TypeError('only a JSON value can be sealed');
      const jwe = await new CompactEncrypt(Buffer.from(json))
        .setProtectedHeader({ alg, enc, kid: first.id, [owner]: boundTo, [use]: purpose })
        .encrypt(first.key);
      return { keyId: first.id, jwe };
    },
    async open({ keyId, jwe }, { purpose, boundTo }) {
      const key = byId.get(keyId);
      if (!key) throw new VaultError(`the secret cannot be decrypted: the key ${keyId} is missing`);
      const { header, secret } = await decrypt(jwe, key, keyId);
      if (header.kid !== keyId)
        throw new VaultError(
          'the secret cannot be decrypted: it was modified and names another key',
        );
      if (header[owner] !== boundTo)
        throw new VaultError('the secret cannot be decrypted: it belongs to another record');
      // Secrets that were sealed before there were purposes name none.
      if (header[use] !== undefined && header[use] !== purpose)
        throw new VaultError('the secret cannot be decrypted: it is for another purpose');
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
