import type { ServerMetadata } from 'openid-client';
import { isAllowedAddress, isLocal } from '../web/outgoing/address.ts';
import { PlatformError } from './platform.ts';

const required = ['authorization_endpoint', 'token_endpoint'] as const;
const optional = ['revocation_endpoint', 'jwks_uri'] as const;
/** The longest URL of an endpoint, in characters. */
const maxLength = 2048;

/**
 * Checks the endpoints that an issuer's metadata names. They may be on other hosts than the issuer (OpenID Connect
 * Discovery, section 3; RFC 8414, section 2): the issuer's TLS vouches for them. Each must be https, except on this
 * machine for an issuer on this machine. Throws `PlatformError`.
 */
export function requireUsableEndpoints(metadata: ServerMetadata, issuer: URL): void {
  for (const name of [...required, ...optional.filter((it) => metadata[it] !== undefined)]) {
    if (isUsable(metadata[name], issuer)) continue;
    throw new PlatformError(
      'rejected',
      `the platform's metadata is not usable: ${name} must be an https URL of at most ${maxLength} characters without a fragment`,
    );
  }
}

function isUsable(endpoint: unknown, issuer: URL): boolean {
  if (typeof endpoint !== 'string' || endpoint.length > maxLength) return false;
  if (!URL.canParse(endpoint)) return false;
  const url = new URL(endpoint);
  const isHttps = url.protocol === 'https:' || isLocal(issuer);
  // RFC 6749, sections 3.1 and 3.2.
  return isAllowedAddress(url) && isHttps && url.hash === '';
}
