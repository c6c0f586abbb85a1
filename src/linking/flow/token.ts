import { createHash, randomBytes } from 'node:crypto';

/** Makes a secret that nobody guesses: 256 random bits in base64url, 43 characters. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is kept of a token. It is as random as its hash is long, so a slow hash would add nothing but time. */
export function hashOfToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
