import * as client from 'openid-client';
import type { AuthorizationProfile } from './authorization-profile.ts';
import type { Clock } from '../domain/clock.ts';
import { isLocal } from '../web/outgoing/address.ts';
import type { FetchLimits, Outgoing, OutgoingClient } from '../web/outgoing/outgoing-client.ts';
import { issuedTokens, type Credentials } from '../domain/credentials.ts';
import { parseScopes } from '../domain/granted-scopes.ts';
import { validate } from '../domain/refusal.ts';
import { accountOf, usualRetriesAfterMs } from './account.ts';
import { requireUsableEndpoints } from './discovered-endpoints.ts';
import { asPlatformError, unusable } from './failures.ts';
import { KeptMetadata } from './kept-metadata.ts';
import { metadataOf, successOf } from './oauth-response.ts';
import {
  PlatformError,
  type Binding,
  type Grant,
  type Platform,
  type PlatformFailure,
  type Renewal,
} from './platform.ts';

/** The credentials that identify the gateway to a platform. */
export interface ClientCredentials {
  readonly id: string;
  readonly secret: string;
}

/** Settings of a platform's requests. */
interface Around {
  readonly clock: Clock;
  readonly outgoing: OutgoingClient;
  readonly limits?: FetchLimits;
  readonly accountRetriesAfterMs?: readonly number[];
}

/** The failures that are about a grant: they show that the endpoint has not moved. */
const sayOfTheGrant: ReadonlySet<PlatformFailure> = new Set(['denied', 'invalidGrant']);

/** The clock difference that is tolerated, in seconds. */
const clockToleranceSeconds = 30;

/** A platform that grants access by OAuth 2.0, per RFC 6749 and RFC 9700 (security best current practice). */
export class OAuthPlatform implements Platform {
  readonly integrationKey: string;
  readonly renewableBeforeExpiryMs: number | undefined;
  readonly revocationEndsAll: boolean;
  readonly #profile: AuthorizationProfile;
  readonly #client: ClientCredentials;
  readonly #redirectUri: string;
  readonly #clock: Clock;
  readonly #accountRetriesAfterMs: readonly number[];
  readonly #fetch: (address: string, outgoing: Outgoing) => Promise<Response>;
  /** The same for the OAuth client, whose requests are GETs and forms. */
  readonly #clientFetch: client.CustomFetch;
  readonly #server: KeptMetadata<client.Configuration>;

  constructor(
    profile: AuthorizationProfile,
    credentials: ClientCredentials,
    redirectUri: string,
    { clock, outgoing, limits, accountRetriesAfterMs = usualRetriesAfterMs }: Around,
  ) {
    this.integrationKey = profile.integrationKey;
    this.renewableBeforeExpiryMs =
      profile.renewableBeforeExpirySeconds && profile.renewableBeforeExpirySeconds * 1000;
    this.revocationEndsAll = profile.revocationEndsAll ?? false;
    this.#profile = profile;
    this.#client = credentials;
    this.#redirectUri = redirectUri;
    this.#clock = clock;
    this.#accountRetriesAfterMs = accountRetriesAfterMs;
    this.#fetch = (address, request) => outgoing.fetch(address, request, limits);
    this.#clientFetch = async (address, { method, headers, body }) => {
      if (body == null) return metadataOf(await this.#fetch(address, { method, headers }));
      if (!(body instanceof URLSearchParams)) throw new Error('not a form');
      return successOf(await this.#fetch(address, { method, headers, body }));
    };
    this.#server = new KeptMetadata(() => this.#configure(), clock);
  }

  async authorizationUrl({ state, verifier, nonce }: Binding): Promise<URL> {
    const { scopes, authorizationParameters } = this.#profile;
    const parameters = {
      ...authorizationParameters,
      redirect_uri: this.#redirectUri,
      ...(scopes.length > 0 && { scope: scopes.join(' ') }),
      state,
      ...(this.#isOpenIdConnect && { nonce }),
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    };
    return this.#at((server) => client.buildAuthorizationUrl(server, parameters));
  }

  async exchange(answer: URL, { state, verifier, nonce }: Binding): Promise<Grant> {
    return this.#at(async (server) => {
      const asked = this.#clock.now();
      const tokens = await client.authorizationCodeGrant(server, this.#asRegistered(answer), {
        expectedState: state,
        pkceCodeVerifier: verifier,
        ...(this.#isOpenIdConnect && { expectedNonce: nonce }),
      });
      // Before the account request, which sends the token.
      const credentials = toCredentials(tokens, asked);
      const granted = { answer, tokens };
      const account = await accountOf(this.#profile.account, granted, {
        send: this.#fetch,
        retriesAfterMs: this.#accountRetriesAfterMs,
      });
      // Without `scope`, the platform granted what was requested (RFC 6749, section 5.1).
      const scopes = grantedScopes(tokens.scope || this.#profile.scopes.join(' '));
      return { credentials, ...account, scopes };
    });
  }

  async renew(credentials: Credentials, lifetimeMs: number | null): Promise<Renewal> {
    const { refreshToken } = credentials;
    if (refreshToken === null) throw new PlatformError('invalidGrant', 'there is no refresh token');
    return this.#at(async (server) => {
      const asked = this.#clock.now();
      const tokens = await client.refreshTokenGrant(server, refreshToken);
      const renewed = toCredentials(tokens, asked);
      // A platform that does not rotate refresh tokens may leave them out (RFC 6749, section 6).
      return {
        ...renewed,
        refreshToken: renewed.refreshToken ?? refreshToken,
        ...(tokens.expires_in === undefined &&
          lifetimeMs !== null && { expires: asked + lifetimeMs }),
        fields: credentials.fields,
        scopes: grantedScopes(tokens.scope),
      };
    });
  }

  async revoke({ accessToken, refreshToken }: Credentials): Promise<boolean> {
    // Revoking a refresh token ends the grant with all of its access tokens (RFC 7009, section 2.1).
    const token = refreshToken ?? accessToken;
    return this.#at(async (server) => {
      const endpoint = server.serverMetadata().revocation_endpoint;
      if (endpoint === undefined) return false;
      if (this.#profile.revocationBody === 'json') await this.#revokeByJson(endpoint, token);
      else await client.tokenRevocation(server, token);
      return true;
    });
  }

  get #isOpenIdConnect(): boolean {
    return this.#profile.scopes.includes('openid');
  }

  /** Returns the callback URL at the registered redirect URI: a proxy may have changed its address. */
  #asRegistered({ search }: URL): URL {
    return new URL(search, this.#redirectUri);
  }

  async #at<T>(work: (server: client.Configuration) => T | Promise<T>): Promise<T> {
    try {
      return await work(await this.#server.get());
    } catch (error) {
      const failure = asPlatformError(error);
      // The platform may have moved its endpoints.
      if (failure instanceof PlatformError && !sayOfTheGrant.has(failure.failure)) {
        this.#server.doubt();
      }
      throw failure;
    }
  }

  async #configure(): Promise<client.Configuration> {
    const { server, clientAuthentication } = this.#profile;
    const { id, secret } = this.#client;
    const metadata = { [client.clockTolerance]: clockToleranceSeconds };
    const authentication =
      clientAuthentication === 'client_secret_basic'
        ? client.ClientSecretBasic(secret)
        : client.ClientSecretPost(secret);
    if (!('authorizationEndpoint' in server)) {
      const issuer = new URL(server.issuer);
      const found = await client.discovery(issuer, id, metadata, authentication, {
        [client.customFetch]: this.#clientFetch,
        ...(isLocal(issuer) && { execute: [client.allowInsecureRequests] }),
      });
      requireUsableEndpoints(found.serverMetadata(), issuer);
      return found;
    }
    const configuration = new client.Configuration(
      {
        issuer: server.issuer ?? new URL(server.authorizationEndpoint).origin,
        authorization_endpoint: server.authorizationEndpoint,
        token_endpoint: server.tokenEndpoint,
        ...(server.revocationEndpoint && { revocation_endpoint: server.revocationEndpoint }),
      },
      id,
      metadata,
      authentication,
    );
    configuration[client.customFetch] = this.#clientFetch;
    if (isLocal(new URL(server.tokenEndpoint))) client.allowInsecureRequests(configuration);
    return configuration;
  }

  async #revokeByJson(endpoint: string, token: string): Promise<void> {
    const { id, secret } = this.#client;
    const basic = Buffer.from(`${id}:${secret}`).toString('base64');
    const response = await this.#fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Basic ${basic}` },
      body: JSON.stringify({ token }),
    });
    await successOf(response);
  }
}

function grantedScopes(text: string | undefined): string[] | undefined {
  return text ? parseScopes(text) : undefined;
}

function toCredentials(tokens: client.TokenEndpointResponse, asked: number): Credentials {
  const checked = validate(issuedTokens, {
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token,
  });
  if (!checked.ok) throw unusable(`${checked.error.field} ${checked.error.rule}`);
  return { ...checked.value, expires: expiryOf(tokens.expires_in, asked), fields: {} };
}

/** The longest lifetime that counts. Longer ones are as good as no expiry and would not fit into a date. */
const maxSeconds = 100 * 365 * 24 * 60 * 60;

/** Returns the expiry, rounded to whole ms. Some platforms send 0 for a token that does not expire. */
function expiryOf(seconds: number | undefined, asked: number): number | null {
  if (seconds === undefined || seconds <= 0 || seconds > maxSeconds) return null;
  return asked + Math.round(seconds * 1000);
}
