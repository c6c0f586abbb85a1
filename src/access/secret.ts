import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

// A key is `cnx_`, eight public characters, `_` and 256 random bits in base64url. The fixed form lets secret scanners
// find keys that were published by mistake.

const form = /^cnx_(?<prefix>[0-9a-z]{8})_[\w-]{43}$/;

/** A new key: the text, which its owner gets once, and the prefix and hash, which are stored. */
export interface MadeKey {
  readonly key: string;
  readonly prefix: string;
  readonly hash: Buffer;
}

/** Generates a key. */
export function makeKey(): MadeKey {
  const prefix = randomBytes(5).toString('hex').slice(0, 8);
  const key = `cnx_${prefix}_${randomBytes(32).toString('base64url')}`;
  return { key, prefix, hash: hashOf(key) };
}

/** Returns the public part of a key, or `undefined` if `key` does not have the form of a key. */
export function prefixOf(key: string): string | undefined {
  return form.exec(key)?.groups?.['prefix'];
}

/** Reports whether `kept` is the hash of `key`, in constant time. */
export function matches(key: string, kept: Buffer): boolean {
  return timingSafeEqual(hashOf(key), kept);
}

/** Hashes a key. A slow hash, as for passwords, would only cost time: a key is as random as its hash is long. */
function hashOf(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}
