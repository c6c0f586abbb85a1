import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { compactDecrypt, CompactEncrypt, type CompactJWEHeaderParameters } from 'jose';
import type { CompanyId, ConnectionId } from '../domain/id.ts';
import type { Sealed } from '../store/sealed.ts';
import type { EncryptionKey } from './key.ts';

/** Encrypts secrets, so that they can be kept, and decrypts them. */
export interface Vault {
  /** Names the key that seals. */
  readonly keyId: string;
  /** Names all keys that open. */
  readonly keyIds: readonly string[];
  /** Encrypts a JSON value, bound to what it belongs to. */
  seal(secret: unknown, boundTo: string): Promise<Sealed>;
  /** Decrypts. Throws `VaultError` when no key opens it, it was altered, or it is bound to something else. */
  open(sealed: Sealed, boundTo: string): Promise<unknown>;
  /** Signs bytes for one purpose with the first key; returns 32 bytes. */
  sign(purpose: string, bytes: Uint8Array): Buffer;
  /** Whether any of the keys signed these bytes for this purpose. Takes the same time whatever is wrong. */
  isSigned(purpose: string, bytes: Uint8Array, signature: Uint8Array): boolean;
}

/** Something sealed cannot be opened. Says nothing of keys but their ids, and nothing of what is sealed. */
export class VaultError extends Error {
  override readonly name = 'VaultError';
}

/** What a connection's secrets are bound to, so that they are of no use to another connection or company. */
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
/** The header's parameter, of our own, that says what a secret is bound to. */
const binding = 'bound_to';

/** Makes a vault: the first key seals, all of them open. */
export function createVault(keys: readonly EncryptionKey[]): Vault {
  const [first] = keys;
  if (!first) throw new Error('a vault needs a key');
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
      if (!key) throw new VaultError(`there is no key ${keyId}`);
      const { header, secret } = await decrypt(jwe, key, keyId);
      if (header.kid !== keyId) throw new VaultError('it was altered: it names another key');
      if (header[binding] !== boundTo) throw new VaultError('it is bound to something else');
      return secret;
    },
    sign,
    isSigned: (purpose, bytes, signature) =>
      signature.length === signatureBytes &&
      signers.some((signed) => timingSafeEqual(signed(purpose, bytes), signature)),
  };
}

/** How long a signature is: HMAC with SHA-256. */
const signatureBytes = 32;

type Signer = Vault['sign'];

/** Signs with keys that are derived from an encryption key, one for each purpose (HKDF, RFC 5869). */
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
    // The cause stays out of it: JSON.parse, for one, quotes what it cannot parse.
    throw new VaultError(`it was altered, or is not of the key ${keyId}`);
  }
}
