import type { Credentials } from '../domain/credentials.ts';

/** What an authorization request and its answer have in common, so that neither can be exchanged for another. */
export interface Binding {
  /** Goes to the platform and comes back (RFC 6749, section 10.12). */
  readonly state: string;
  /** Proves that who takes the code is who asked for it (PKCE, RFC 7636). */
  readonly verifier: string;
  /** Comes back in the ID token (OpenID Connect Core, section 3.1.2.1). */
  readonly nonce: string;
}

/** What a company's people granted. */
export interface Grant {
  readonly credentials: Credentials;
  /** The account at the platform, in the platform's own words; `undefined` where it does not say. */
  readonly account: string | undefined;
}

/** A platform, as far as access to it is concerned. All methods throw `PlatformError`. */
export interface Platform {
  readonly integrationKey: string;
  /** How long before their expiry credentials can be renewed at the earliest, in ms; `undefined` if at any time. */
  readonly renewableBeforeExpiryMs: number | undefined;
  /** The URL at which a company's people grant access. */
  authorizationUrl(binding: Binding): Promise<URL>;
  /** Takes the platform's answer, the URL to which it sent the browser, and turns it into credentials. */
  exchange(answer: URL, binding: Binding): Promise<Grant>;
  /** Asks for new credentials; those given may be of no use afterwards. */
  renew(credentials: Credentials): Promise<Credentials>;
  /** Takes credentials out of use at the platform; returns whether the platform can. */
  revoke(credentials: Credentials): Promise<boolean>;
}

/** Platforms by the keys of their integrations: those that have client credentials. */
export type Platforms = ReadonlyMap<string, Platform>;

/**
 * Why a platform did not do what it was asked to: the company's people refused; the grant is not, or no more, valid; it
 * cannot be reached or has a fault now; it does not accept the gateway as its client, or answered what it should not.
 */
export type PlatformFailure = 'denied' | 'invalidGrant' | 'unavailable' | 'rejected';

/** A platform did not do what it was asked to. The message holds nothing secret and nothing that the platform made up. */
export class PlatformError extends Error {
  override readonly name = 'PlatformError';
  readonly failure: PlatformFailure;

  constructor(failure: PlatformFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

/** Why a platform cannot be asked. */
export function noClientCredentials(): PlatformError {
  return new PlatformError('rejected', 'the gateway has no client credentials for the platform');
}
