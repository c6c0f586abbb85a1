import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../src/domain/clock.ts';
import type { Credentials } from '../../src/domain/credentials.ts';
import { OAuthPlatform } from '../../src/platforms/oauth-platform.ts';
import { defaultFetchLimits } from '../../src/web/outgoing/outgoing-client.ts';
import { whenOver } from './lifetime.ts';
import { outgoingClient } from './outgoing-client.ts';

/** A request to the token or revocation endpoint. */
interface OAuthRequest {
  readonly path: '/token' | '/revoke';
  /** The refresh token, or the token to revoke. */
  readonly token: string;
  readonly at: number;
}

/** The body of a successful token response. */
type Tokens = Record<string, unknown> & { readonly access_token: string };

/** Replaces the correct response to a request. `usual` does, and responds with, what would be correct. */
export type Behaviour = (response: ServerResponse, usual: () => void) => void | Promise<void>;

/** An OAuth server that rotates refresh tokens, ends a grant when a token is reused, and can be told to misbehave. */
export interface OAuthServer {
  readonly url: string;
  readonly requests: readonly OAuthRequest[];
  /** The behaviour for all requests from now on. `undefined` means the correct one. */
  behaviour: Behaviour | undefined;
  /** Behaviours for the next requests, which take precedence over `behaviour`. */
  readonly next: Behaviour[];
  /** Behaviour for the first request with a token, by token. It takes precedence over `next`. */
  readonly first: Map<string, Behaviour>;
  /** The fields of a token response in addition to the tokens. */
  extras: Record<string, unknown>;
  rotates: boolean;
  /** Makes a new grant, as if a user of the company had given it. */
  grant(): { readonly accessToken: string; readonly refreshToken: string };
  /** Ends the grant that a refresh token belongs to. */
  end(refreshToken: string): void;
  /** Reports whether one of its platforms has a request in progress, including connection attempts. */
  isAsked(): boolean;
  isLive(refreshToken: string): boolean;
  /** Returns the tokens of the token requests, in order. */
  refreshed(): string[];
  revoked(): string[];
  /** Breaks all open connections and every later request. */
  drop(): void;
  /** Every token that was ever issued. */
  readonly given: readonly string[];
  /** Makes a platform whose endpoints are on this server. */
  platform(
    integrationKey: string,
    changes?: { hasRevocation?: boolean; revocationEndsAll?: boolean; timeoutSeconds?: number },
  ): OAuthPlatform;
}

/** Responds with a status and a body. */
export function answers(
  status: number,
  body: unknown = { error: 'whatever' },
  headers: Record<string, string> = {},
): Behaviour {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
  };
}

/** Never responds. */
export const hangs: Behaviour = () => {};

/** Breaks the connection. */
export const breaksOff: Behaviour = (response) => {
  response.destroy();
};

/** Delays responses to requests until `release` is called. */
export function holding(): { readonly behaviour: Behaviour; readonly release: () => void } {
  const gate = new EventEmitter();
  const released = once(gate, 'open');
  return {
    behaviour: async (_, usual) => {
      await released;
      usual();
    },
    release: () => gate.emit('open'),
  };
}

export const clientSecret = `client-secret-${randomUUID()}`;

/** Starts a server that ends with the test. */
export async function startOAuthServer(clock: Clock): Promise<OAuthServer> {
  const requests: OAuthRequest[] = [];
  const given: string[] = [];
  /** The only usable refresh token of each grant, and the grant of each token ever issued. */
  const usable = new Map<string, string>();
  const grantOf = new Map<string, string>();
  const issue = (grant: string): Tokens & { readonly refresh_token: string } => {
    const tokens = { access_token: `at-${randomUUID()}`, refresh_token: `rt-${randomUUID()}` };
    given.push(tokens.access_token, tokens.refresh_token);
    grantOf.set(tokens.refresh_token, grant);
    usable.set(grant, tokens.refresh_token);
    return tokens;
  };
  const tokensFor = (refreshToken: string): Tokens | undefined => {
    const grant = grantOf.get(refreshToken) ?? '';
    if (usable.get(grant) !== refreshToken) {
      usable.delete(grant);
      return undefined;
    }
    if (oauth.rotates) return issue(grant);
    const accessToken = `at-${randomUUID()}`;
    given.push(accessToken);
    return { access_token: accessToken };
  };
  let asking = 0;
  class CountedPlatform extends OAuthPlatform {
    override renew(...of: Parameters<OAuthPlatform['renew']>) {
      return counted(super.renew(...of));
    }
    override revoke(credentials: Credentials) {
      return counted(super.revoke(credentials));
    }
  }
  const counted = async <T>(asked: Promise<T>): Promise<T> => {
    asking += 1;
    try {
      return await asked;
    } finally {
      asking -= 1;
    }
  };
  const server = createServer((request, response) => {
    void (async () => {
      const token = await tokenOf(request);
      const path = request.url === '/revoke' ? '/revoke' : '/token';
      requests.push({ path, token, at: clock.now() });
      const usual = () => {
        if (path === '/revoke') {
          oauth.end(token);
          response.writeHead(200).end();
          return;
        }
        const tokens = tokensFor(token);
        const body = tokens
          ? { token_type: 'Bearer', ...oauth.extras, ...tokens }
          : { error: 'invalid_grant' };
        void answers(tokens ? 200 : 400, body)(response, () => {});
      };
      const first = oauth.first.get(token);
      oauth.first.delete(token);
      const behaviour = first ?? oauth.next.shift() ?? oauth.behaviour;
      await (behaviour ? behaviour(response, usual) : usual());
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  whenOver(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const tokensAt = (path: OAuthRequest['path']) =>
    requests.filter((request) => request.path === path).map(({ token }) => token);
  const oauth: OAuthServer = {
    url,
    requests,
    given,
    behaviour: undefined,
    next: [],
    first: new Map(),
    extras: { expires_in: 3600 },
    rotates: true,
    grant: () => {
      const { access_token: accessToken, refresh_token: refreshToken } = issue(randomUUID());
      return { accessToken, refreshToken };
    },
    end: (refreshToken) => {
      usable.delete(grantOf.get(refreshToken) ?? '');
    },
    isAsked: () => asking > 0,
    isLive: (refreshToken) => usable.get(grantOf.get(refreshToken) ?? '') === refreshToken,
    refreshed: () => tokensAt('/token'),
    revoked: () => tokensAt('/revoke'),
    drop: () => {
      oauth.next.length = 0;
      oauth.first.clear();
      oauth.behaviour = breaksOff;
      server.closeAllConnections();
    },
    platform: (
      integrationKey,
      { hasRevocation = true, revocationEndsAll = false, timeoutSeconds = 10 } = {},
    ) =>
      new CountedPlatform(
        {
          integrationKey,
          source: url,
          server: {
            authorizationEndpoint: `${url}/authorize`,
            tokenEndpoint: `${url}/token`,
            ...(hasRevocation && { revocationEndpoint: `${url}/revoke` }),
          },
          scopes: [],
          clientAuthentication: 'client_secret_basic',
          ...(revocationEndsAll && { revocationEndsAll }),
        },
        { id: 'the-gateway', secret: clientSecret },
        'http://127.0.0.1:9/link/callback',
        {
          clock,
          outgoing: outgoingClient(),
          limits: { ...defaultFetchLimits, ms: timeoutSeconds * 1000 },
        },
      ),
  };
  return oauth;
}

async function tokenOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += String(chunk);
  const parameters = new URLSearchParams(body);
  return parameters.get('refresh_token') ?? parameters.get('token') ?? '';
}
