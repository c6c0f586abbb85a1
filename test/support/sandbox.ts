import { join } from 'node:path';
import * as openid from 'openid-client';
import { pino, type Logger } from 'pino';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { whenOver } from './lifetime.ts';
import { temporaryFolder } from './folder.ts';
import { signInAndConsent, type SandboxChoice } from './sandbox-user.ts';

/** The redirect URI of a test's sandbox. Nothing listens there. */
export const redirectUri = 'http://127.0.0.1:9/link/callback';

interface Options {
  readonly file?: string;
  readonly port?: number;
  readonly accessTokenSeconds?: number;
  readonly refreshTokenSeconds?: number;
  readonly logger?: Logger;
}

/** Starts a sandbox that ends with the test, on a new file unless one is given. */
export async function startTestSandbox(options: Options = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({
    host: '127.0.0.1',
    port: 0,
    redirectUri: () => redirectUri,
    file: join(await temporaryFolder(), 'sandbox.db'),
    accessTokenSeconds: 3600,
    refreshTokenSeconds: 86_400,
    logger: pino({ level: 'silent' }),
    ...options,
  });
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= sandbox.close());
  whenOver(close);
  return { ...sandbox, close };
}

export const accounting = 'mqjo';
export const banking = 'bsbx';
export const commerce = 'aiwb';

const scopes: Record<string, string> = {
  [accounting]: 'openid offline_access accounting.read',
  [banking]: 'openid offline_access banking.read',
  [commerce]: 'openid offline_access commerce.read',
};

/** An OAuth client of one of the sandbox's platforms. */
export interface TestClient {
  readonly config: openid.Configuration;
  /** Makes an authorization request. `undefined` omits a parameter. */
  request(changes?: Record<string, string | undefined>): Promise<AuthorizationRequest>;
  /** Exchanges the sandbox's response to a request for tokens. */
  exchange(request: AuthorizationRequest, callback: URL): Promise<Tokens>;
  /** Completes the whole flow. */
  link(
    choice?: SandboxChoice,
    changes?: Record<string, string | undefined>,
  ): Promise<Tokens & { readonly refresh_token: string }>;
  refresh(refreshToken: string): Promise<Tokens & { readonly refresh_token: string }>;
  /** Returns the status of a userinfo request with an access token. */
  tryAccess(accessToken: string): Promise<number>;
}

type Tokens = openid.TokenEndpointResponse & openid.TokenEndpointResponseHelpers;

interface AuthorizationRequest {
  readonly url: URL;
  readonly checks: openid.AuthorizationCodeGrantChecks;
}

/** Makes the client that the gateway is to a platform. */
export async function clientOf(
  { url, clients }: Sandbox,
  integrationKey: string = accounting,
): Promise<TestClient> {
  const known = clients.find((client) => client.integrationKey === integrationKey);
  if (!known) throw new Error(`the sandbox has no ${integrationKey}`);
  const { clientId, clientSecret } = known;
  const config = await openid.discovery(
    new URL(url),
    clientId,
    undefined,
    openid.ClientSecretBasic(clientSecret),
    { execute: [openid.allowInsecureRequests] },
  );
  const client: TestClient = {
    config,
    async request(changes = {}) {
      const pkceCodeVerifier = openid.randomPKCECodeVerifier();
      const state = openid.randomState();
      const nonce = openid.randomNonce();
      const parameters: Record<string, string | undefined> = {
        redirect_uri: redirectUri,
        scope: scopes[integrationKey],
        state,
        nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
        ...changes,
      };
      const sent = Object.entries(parameters).filter((each): each is [string, string] =>
        Boolean(each[1]),
      );
      return {
        url: openid.buildAuthorizationUrl(config, Object.fromEntries(sent)),
        checks: { pkceCodeVerifier, expectedState: state, expectedNonce: nonce },
      };
    },
    exchange: ({ checks }, callback) => openid.authorizationCodeGrant(config, callback, checks),
    async link(choice, changes) {
      const request = await client.request(changes);
      return refreshable(
        await client.exchange(request, await signInAndConsent(request.url, choice)),
      );
    },
    refresh: async (refreshToken) =>
      refreshable(await openid.refreshTokenGrant(config, refreshToken)),
    async tryAccess(accessToken) {
      const endpoint = config.serverMetadata().userinfo_endpoint ?? '';
      const headers = { authorization: `Bearer ${accessToken}` };
      return (await fetch(endpoint, { headers })).status;
    },
  };
  return client;
}

function refreshable<T extends { readonly refresh_token?: string }>(tokens: T) {
  const { refresh_token: refreshToken } = tokens;
  if (refreshToken === undefined) throw new Error('there is no refresh token');
  return Object.assign(tokens, { refresh_token: refreshToken });
}
