import type { Credentials } from '../domain/credentials.ts';

/** The values that tie an authorization request to its response, so that neither can be swapped for another. */
export interface Binding {
  /** Sent to the platform, which returns it (RFC 6749, section 10.12). */
  readonly state: string;
  /** Proves that the client that redeems the code requested it (PKCE, RFC 7636). */
  readonly verifier: string;
  /** Returned in the ID token (OpenID Connect Core, section 3.1.2.1). */
  readonly nonce: string;
}

/** The access that a company's user granted. */
export interface Grant {
  readonly credentials: Credentials;
  /** The platform's identifier of the account; `undefined` if the platform does not say. */
  readonly account: string | undefined;
  /** Why the account is unknown, if the platform should have named it. */
  readonly accountFailure?: string;
  /** The granted scopes, sorted; `undefined` if the platform has none, or named none that can be kept. */
  readonly scopes: readonly string[] | undefined;
}

/** New credentials in place of earlier ones. */
export interface Renewal extends Credentials {
  /** The granted scopes, sorted; `undefined` if the platform names none, so the earlier ones still apply. */
  readonly scopes: readonly string[] | undefined;
}

/** Obtains, renews and revokes access to a platform. All methods throw `PlatformError`. */
export interface Platform {
  readonly integrationKey: string;
  /** The earliest time for a renewal, in ms before the credentials expire; `undefined` if any time. */
  readonly renewableBeforeExpiryMs: number | undefined;
  /** Whether revoking one grant ends all grants of its user to the gateway, also those of other connections. */
  readonly revocationEndsAll: boolean;
  /** Returns the URL where a company's user grants access. */
  authorizationUrl(binding: Binding): Promise<URL>;
  /** Exchanges the URL of the platform's callback for credentials. */
  exchange(answer: URL, binding: Binding): Promise<Grant>;
  /**
   * Requests new credentials; the given ones may stop working. If the platform does not say how long the new ones last,
   * they last `lifetimeMs`, as long as the given ones did; `null` if that is not known.
   */
  renew(credentials: Credentials, lifetimeMs: number | null): Promise<Renewal>;
  /** Revokes credentials at the platform; returns whether the platform supports it. */
  revoke(credentials: Credentials): Promise<boolean>;
}

/** The platforms that have client credentials, by integration key. */
export type Platforms = ReadonlyMap<string, Platform>;

/**
 * Why a request to a platform failed. `denied`: the user refused. `invalidGrant`: the grant is not, or no longer,
 * valid. `unavailable`: the platform is unreachable or has a temporary fault. `rejected`: it does not accept the
 * gateway as its client, or sent an invalid response.
 */
export type PlatformFailure = 'denied' | 'invalidGrant' | 'unavailable' | 'rejected';

interface PlatformErrorOptions extends ErrorOptions {
  readonly code?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** A request to a platform failed. The message holds no secret and no text that the platform wrote. */
export class PlatformError extends Error {
  override readonly name = 'PlatformError';
  readonly failure: PlatformFailure;
  /** The error code that the platform returned, such as `access_denied` (RFC 6749), if it returned one. */
  readonly code: string | undefined;
  /** How long the platform asks to wait before the next request, in ms; `undefined` if it does not say. */
  readonly retryAfterMs: number | undefined;

  constructor(
    failure: PlatformFailure,
    message: string,
    { code, retryAfterMs, ...options }: PlatformErrorOptions = {},
  ) {
    super(message, options);
    this.failure = failure;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Returns the error for a platform without client credentials. */
export function noClientCredentials(): PlatformError {
  return new PlatformError('rejected', 'the gateway has no client credentials for the platform');
}
