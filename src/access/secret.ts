import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

// A key is `cnx_`, eight characters that are no secret, `_` and 256 random bits in base64url. The fixed form lets
// scanners find keys that were published by mistake.

const form = /^cnx_(?<prefix>[0-9a-z]{8})_[\w-]{43}$/;

/** A new key: the text that its owner gets once, and what is kept of it. */
export interface MadeKey {
  readonly key: string;
  readonly prefix: string;
  readonly hash: Buffer;
}

/** Makes a key. */
export function makeKey(): MadeKey {
  const prefix = randomBytes(5).toString('hex').slice(0, 8);
  const key = `cnx_${prefix}_${randomBytes(32).toString('base64url')}`;
  return { key, prefix, hash: hashOf(key) };
}

/** The part of a key that is no secret, or `undefined` if `key` has not the form of one. */
export function prefixOf(key: string): string | undefined {
  return form.exec(key)?.groups?.['prefix'];
}

/** Whether `key` is the one whose hash is `kept`; takes the same time whatever it is. */
export function matches(key: string, kept: Buffer): boolean {
  return timingSafeEqual(hashOf(key), kept);
}

/** A key is as random as its hash is long, so a slow hash, as for passwords, would add nothing but time. */
function hashOf(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}
