import { createHash, randomBytes } from 'node:crypto';

/** Makes an unguessable secret: 256 random bits in base64url, 43 characters. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Returns the hash of a token, which is all that is stored. A token has 256 random bits, so a fast hash is enough. */
export function hashOfToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
