import { randomBytes } from 'node:crypto';
import type { Instant } from '../../domain/instant.ts';
import type { Link } from '../../store/links.ts';
import type { Vault } from '../../vault/vault.ts';

// A code contains what it permits, and the gateway signs it, so a link is not stored until a browser uses it. The ids
// of the company and the connection, and the redirect URL, are signed but not part of the code: they are
// in the URL of the link.

/** What a link permits. */
export type LinkTarget = Pick<Link, 'companyId' | 'connectionId' | 'allowDifferentAccount'> &
  Partial<Pick<Link, 'redirectUrl'>>;

/** A new code and its expiry. Only the caller gets the code. */
export interface NewLink {
  readonly code: string;
  readonly expires: Instant;
}

/** How long a browser can start to use a link, in ms. */
const linkMs = 24 * 60 * 60 * 1000;

/** The purpose of the signature: the vault derives a separate key for each purpose. */
const purpose = 'link code';

const ofConnection = 1;
const differentAccount = 2;
const ownRedirect = 4;

/** Byte offsets in a code: 1 byte of flags, 6 of expiry, 15 of a random number, then the signature. */
const expiresAt = 1;
const numberAt = expiresAt + 6;
const signatureAt = numberAt + 15;
/** In bytes. A multiple of three, so that each code has exactly one form in base64url. */
const length = signatureAt + 32;

/** Makes a code that a browser can start to use within 24 hours. */
export function newLinkCode(vault: Vault, target: LinkTarget, now: Instant): NewLink {
  const expires = now + linkMs;
  const code = Buffer.alloc(length);
  code[0] =
    (target.connectionId === null ? 0 : ofConnection) |
    (target.allowDifferentAccount ? differentAccount : 0) |
    (target.redirectUrl == null ? 0 : ownRedirect);
  code.writeUIntBE(expires, expiresAt, 6);
  randomBytes(signatureAt - numberAt).copy(code, numberAt);
  vault.sign(purpose, signedBytes(code, target)).copy(code, signatureAt);
  return { code: code.toString('base64url'), expires };
}

/** Reports whether a text has the form of a code: a signed one, or one from before codes were signed. */
export function isLinkCode(text: string): boolean {
  return /^[\w-]{72}$|^[\w-]{43}$/.test(text);
}

/** The parts of a link's URL besides the code. */
type SignedParts = {
  readonly [Name in 'companyId' | 'connectionId']?: Link[Name] | undefined;
} & { readonly redirectUrl?: string | undefined };

/** Returns what a code permits at the URL with these parts; `undefined` if not signed for them. */
export function readLinkCode(
  vault: Vault,
  text: string,
  { companyId, connectionId, redirectUrl }: SignedParts,
): Link | undefined {
  const code = Buffer.from(text, 'base64url');
  // The text marks a link as used, so only one text may stand for a code.
  if (code.length !== length || code.toString('base64url') !== text) return undefined;
  const flags = code[0];
  if (flags === undefined || companyId === undefined) return undefined;
  const target = {
    companyId,
    connectionId: (flags & ofConnection) === 0 ? null : (connectionId ?? null),
    allowDifferentAccount: (flags & differentAccount) !== 0,
    // Without the flag, the URL's parameter is not signed.
    redirectUrl: (flags & ownRedirect) === 0 ? null : (redirectUrl ?? null),
  };
  const signature = code.subarray(signatureAt);
  if (!vault.isSigned(purpose, signedBytes(code, target), signature)) return undefined;
  return { ...target, expires: code.readUIntBE(expiresAt, 6), browser: null };
}

function signedBytes(
  code: Buffer,
  { companyId, connectionId, redirectUrl }: Omit<LinkTarget, 'allowDifferentAccount'>,
) {
  return Buffer.concat([
    code.subarray(0, signatureAt),
    Buffer.from(`${companyId}/${connectionId ?? ''}`),
    Buffer.from(redirectUrl == null ? '' : `/${redirectUrl}`),
  ]);
}
