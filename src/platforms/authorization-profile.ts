/** How a platform grants access to a company's data: OAuth 2.0, authorization code (RFC 6749, section 4.1). */
export interface AuthorizationProfile {
  /** The integration's key. */
  readonly integrationKey: string;
  /** The vendor's page that documents these facts. */
  readonly source: string;
  readonly server: AuthorizationServer;
  /** The minimum scopes to read the platform's data, with lasting access; empty if the platform has no scopes. */
  readonly scopes: readonly string[];
  /** How the client authenticates at the token endpoint, per the vendor (RFC 6749, section 2.3.1). */
  readonly clientAuthentication: 'client_secret_basic' | 'client_secret_post';
  /** Parameters of the authorization request beyond those of the standard. */
  readonly authorizationParameters?: Readonly<Record<string, string>>;
  /**
   * Where the linked account's identifier is, to detect whether the same account is linked again. Absent if the vendor
   * documents no identifier; then a different account goes unnoticed.
   */
  readonly account?: LinkedAccount;
  /** The body of a revocation request if not the form of RFC 7009: `{"token": …}`, with the same authentication. */
  readonly revocationBody?: 'json';
  /** Set if revoking one token ends everything that its user granted to the app, also for other companies. */
  readonly revocationEndsAll?: true;
  /** The earliest time for a renewal, in seconds before the tokens expire, if the platform rejects earlier ones. */
  readonly renewableBeforeExpirySeconds?: number;
}

type AuthorizationServer = DiscoveredServer | DescribedServer;

/** A server that publishes its metadata under its issuer (OpenID Connect Discovery, RFC 8414). */
interface DiscoveredServer {
  readonly issuer: string;
}

/** A server whose endpoints the vendor documents instead. */
interface DescribedServer {
  /** The `iss` of its ID tokens and callbacks (RFC 9207), if it sends either. */
  readonly issuer?: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  /** Set only if the endpoint revokes tokens (RFC 7009, or `revocationBody`). */
  readonly revocationEndpoint?: string;
}

/** Where to find the identifier of the linked account. */
export type LinkedAccount =
  | { readonly from: 'idToken'; readonly claim: string }
  | { readonly from: 'tokenResponse'; readonly field: string }
  | { readonly from: 'callback'; readonly parameter: string }
  | AccountRequest;

/** A GET with the new access token and `Accept: application/json`. */
export interface AccountRequest {
  readonly from: 'request';
  readonly url: string;
  /** Path of the identifier in the response, such as `d.results.0.UserID`. */
  readonly path: string;
  /**
   * For a response that lists everything the user has connected so far: the field whose greatest value marks the newest
   * entry, in which `path` is looked up.
   */
  readonly newestBy?: string;
}
