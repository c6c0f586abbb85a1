import type { Logger } from 'pino';
import { authorizationProfiles } from '../../platforms/authorization-profiles.ts';
import type { AuthorizationProfile } from '../../platforms/authorization-profile.ts';
import type { Config } from '../../config/config.ts';
import type { Clock } from '../../domain/clock.ts';
import { createLinkHandler, type LinkHandler } from '../../linking/pages/handler.ts';
import type { LinkingServices } from '../../linking/services.ts';
import { startLinkingWorker } from '../../linking/upkeep/worker.ts';
import { OAuthPlatform, type ClientCredentials } from '../../platforms/oauth-platform.ts';
import type { Platforms } from '../../platforms/platform.ts';
import { sandboxProfiles } from './sandbox-profiles.ts';
import { redirectUrisAt, type RedirectUri } from './redirect-uri.ts';
import type { GatewaySandbox } from './sandbox.ts';
import type { Store } from '../../store/store.ts';
import type { Vault } from '../../vault/vault.ts';
import type { OutgoingClient } from '../../web/outgoing/outgoing-client.ts';

/** The part of a gateway that links companies' platforms. */
export interface GatewayLinking {
  readonly platforms: Platforms;
  /** Handles requests for paths under `/link/`. */
  readonly handler: LinkHandler;
  /** Finishes the running renewals and revocations, within a limit, and starts no more. */
  stopWork(): Promise<void>;
}

interface Parts {
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: Clock;
  /** Sends the requests to platforms. */
  readonly outgoing: OutgoingClient;
  readonly logger: Logger;
  /** The base of the gateway's URLs, as browsers reach it. */
  readonly publicUrl: string;
  readonly sandbox: GatewaySandbox | undefined;
  /** Whether this process renews and revokes credentials. */
  readonly worksInBackground: boolean;
}

/** Creates the platforms and the request handler of linking, and starts its background work. */
export function startLinking(
  config: Config,
  { store, vault, clock, outgoing, logger, publicUrl, sandbox, worksInBackground }: Parts,
): GatewayLinking {
  const platforms = platformsOf(config, redirectUrisAt(publicUrl), sandbox, { clock, outgoing });
  const services: LinkingServices = { store, vault, platforms, clock };
  const worker = worksInBackground ? startLinkingWorker(services, logger) : undefined;
  const { redirects, applicationName } = config.link;
  return {
    platforms,
    handler: createLinkHandler(
      { ...services, maxConnections: config.limits.connectionsPerCompany, redirects },
      { publicUrl, applicationName, formTargets: formTargets(config, sandbox) },
      logger,
    ),
    async stopWork() {
      await worker?.stop();
    },
  };
}

/** Returns where forms may lead besides https. Chromium applies a form's policy to all redirects that follow. */
function formTargets(config: Config, sandbox: GatewaySandbox | undefined): string[] {
  const { template, allowed } = config.link.redirects;
  const urls = [
    sandbox?.url,
    template?.split('{', 1)[0],
    ...allowed.map(String),
    ...authorizationUrls(config),
  ].flatMap((url) => (url === undefined ? [] : [new URL(url)]));
  const targets = urls
    .filter(({ protocol }) => protocol !== 'https:')
    .map(({ protocol, origin }) => (protocol === 'http:' ? origin : protocol));
  return [...new Set(targets)];
}

/** Returns where the described platforms authorize. A discovered endpoint is assumed to be where its issuer is. */
function authorizationUrls({ platforms }: Config): string[] {
  return platforms.map(({ profile: { server } }) =>
    'authorizationEndpoint' in server ? server.authorizationEndpoint : server.issuer,
  );
}

function platformsOf(
  { clients, platforms }: Pick<Config, 'clients' | 'platforms'>,
  redirectUri: RedirectUri,
  sandbox: GatewaySandbox | undefined,
  around: { readonly clock: Clock; readonly outgoing: OutgoingClient },
): Platforms {
  const platform = (profile: AuthorizationProfile, client: ClientCredentials) =>
    [
      profile.integrationKey,
      new OAuthPlatform(profile, client, redirectUri(profile.integrationKey), around),
    ] as const;
  const own = platforms.map(({ profile }) => profile);
  const real = [...authorizationProfiles, ...own].flatMap((profile) => {
    const client = clients.get(profile.integrationKey);
    return client ? [platform(profile, client)] : [];
  });
  const secrets = new Map(sandbox?.clients.map((it) => [it.integrationKey, it]));
  const pretended = sandbox
    ? sandboxProfiles(sandbox.url).flatMap((profile) => {
        const client = secrets.get(profile.integrationKey);
        if (!client) return [];
        return [platform(profile, { id: client.clientId, secret: client.clientSecret })];
      })
    : [];
  return new Map([...real, ...pretended]);
}
