/** How a platform grants access to a company's data: OAuth 2.0, authorization code (RFC 6749, section 4.1). */
export interface AuthorizationProfile {
  /** The catalogue's key. */
  readonly integrationKey: string;
  /** The vendor's page that these facts are from. */
  readonly source: string;
  readonly server: AuthorizationServer;
  /** The least that reading the platform's data takes, lasting access included; none where the platform knows none. */
  readonly scopes: readonly string[];
  /** How the vendor documents that the client names itself at the token endpoint (RFC 6749, section 2.3.1). */
  readonly clientAuthentication: 'client_secret_basic' | 'client_secret_post';
  /** What the authorization request must say beside the parameters of the standard. */
  readonly authorizationParameters?: Readonly<Record<string, string>>;
  /**
   * What tells whether the same account is linked again. Without it, nothing that the vendor documents does, and
   * another account cannot be told from the one linked before.
   */
  readonly account?: LinkedAccount;
  /** The revocation request's body where it is not the form of RFC 7009: `{"token": …}`, authenticated alike. */
  readonly revocationBody?: 'json';
  /** How long before their expiry tokens can be renewed at the earliest, in seconds, where earlier is refused. */
  readonly renewableBeforeExpirySeconds?: number;
}

type AuthorizationServer = DiscoveredServer | DescribedServer;

/** A server that publishes its metadata under its issuer (OpenID Connect Discovery, RFC 8414). */
interface DiscoveredServer {
  readonly issuer: string;
}

/** A server whose vendor documents the endpoints instead. */
interface DescribedServer {
  /** What `iss` is in its ID tokens and callbacks (RFC 9207), where it sends either. */
  readonly issuer?: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  /** Only where it takes a token to revoke (RFC 7009, or `revocationBody`). */
  readonly revocationEndpoint?: string;
}

export type LinkedAccount =
  | { readonly from: 'idToken'; readonly claim: string }
  | { readonly from: 'tokenResponse'; readonly field: string }
  | { readonly from: 'callback'; readonly parameter: string }
  | AccountRequest;

/** A GET with the new access token and `Accept: application/json`. */
export interface AccountRequest {
  readonly from: 'request';
  readonly url: string;
  /** Where in the answer it is, such as `d.results.0.UserID`. */
  readonly path: string;
  /**
   * For an answer that lists whatever the user has connected so far: the field whose greatest value marks the entry that
   * was connected now, in which `path` is looked up.
   */
  readonly newestBy?: string;
}
