import { randomBytes } from 'node:crypto';
import type { Instant } from '../../domain/instant.ts';
import type { Link } from '../../store/links.ts';
import type { Vault } from '../../vault/vault.ts';

// A code contains what it permits, and the gateway signs it, so a link is not stored until a browser uses it. The ids of the
// company and the connection are signed but not part of the code: the URL of the link has them.

/** What a link permits. */
export type LinkTarget = Pick<Link, 'companyId' | 'connectionId' | 'allowDifferentAccount'>;

/** A code as it is handed out, once. */
export interface NewLink {
  readonly code: string;
  readonly expires: Instant;
}

/** How long a link can be taken up. */
const linkMs = 24 * 60 * 60 * 1000;

/** What the signature is for: the vault derives another key for each purpose. */
const purpose = 'link code';

const ofConnection = 1;
const differentAccount = 2;

/** Where the parts of a code begin: flags, the time when it expires, a random number, the signature. */
const expiresAt = 1;
const numberAt = expiresAt + 6;
const signatureAt = numberAt + 15;
/** A multiple of three, so that one code has one form in base64url. */
const length = signatureAt + 32;

/** Makes a code that works for 24 hours. */
export function newLinkCode(vault: Vault, target: LinkTarget, now: Instant): NewLink {
  const expires = now + linkMs;
  const code = Buffer.alloc(length);
  code[0] =
    (target.connectionId === null ? 0 : ofConnection) |
    (target.allowDifferentAccount ? differentAccount : 0);
  code.writeUIntBE(expires, expiresAt, 6);
  randomBytes(signatureAt - numberAt).copy(code, numberAt);
  vault.sign(purpose, signedBytes(code, target)).copy(code, signatureAt);
  return { code: code.toString('base64url'), expires };
}

/** Whether a text has the form of a code: of one that is signed, or of one from before codes were signed. */
export function isLinkCode(text: string): boolean {
  return /^[\w-]{72}$|^[\w-]{43}$/.test(text);
}

/** Reads what a code permits at the URL of a company, and of a connection; `undefined` if it was not signed for that. */
export function readLinkCode(
  vault: Vault,
  text: string,
  { companyId, connectionId }: { readonly [Name in 'companyId' | 'connectionId']?: Link[Name] },
): Link | undefined {
  const code = Buffer.from(text, 'base64url');
  // A link is spent by its text, so a code has one text only.
  if (code.length !== length || code.toString('base64url') !== text) return undefined;
  const flags = code[0];
  if (flags === undefined || companyId === undefined) return undefined;
  const target = {
    companyId,
    connectionId: (flags & ofConnection) === 0 ? null : (connectionId ?? null),
    allowDifferentAccount: (flags & differentAccount) !== 0,
  };
  const signature = code.subarray(signatureAt);
  if (!vault.isSigned(purpose, signedBytes(code, target), signature)) return undefined;
  return { ...target, expires: code.readUIntBE(expiresAt, 6), browser: null };
}

function signedBytes(
  code: Buffer,
  { companyId, connectionId }: Omit<LinkTarget, 'allowDifferentAccount'>,
) {
  return Buffer.concat([
    code.subarray(0, signatureAt),
    Buffer.from(`${companyId}/${connectionId ?? ''}`),
  ]);
}
