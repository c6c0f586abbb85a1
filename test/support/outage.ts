import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pino } from 'pino';
import { createLinkHandler } from '../../src/linking/pages/handler.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { OAuthPlatform } from '../../src/platforms/oauth-platform.ts';
import { sandboxProfiles } from '../../src/app/gateway/sandbox-profiles.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { whenOver } from './lifetime.ts';
import { temporaryFolder } from './folder.ts';
import { outgoingClient } from './outgoing-client.ts';
import { startTestGateway, type TestGateway } from './gateway.ts';

/** A platform whose server can be stopped and restarted with the same data and port. */
export interface FragilePlatform {
  readonly url: string;
  end(): Promise<void>;
  restart(): Promise<void>;
}

/** Starts a sandbox that keeps its port. Its clients are redirected back below `base`. */
async function startFragile(base: string): Promise<FragilePlatform & { readonly first: Sandbox }> {
  const file = join(await temporaryFolder(), 'sandbox.db');
  const start = (port: number) =>
    startSandbox({
      host: '127.0.0.1',
      port,
      redirectUri: (key) => `${base}/link/callback/${key}`,
      file,
      accessTokenSeconds: 3600,
      refreshTokenSeconds: 86_400,
      logger: pino({ level: 'silent' }),
    });
  const first = await start(0);
  let running: Sandbox | undefined = first;
  const end = async () => {
    const ending = running;
    running = undefined;
    await ending?.close();
  };
  whenOver(end);
  const restart = async () => {
    running = await start(Number(new URL(first.url).port));
  };
  return { url: first.url, first, end, restart };
}

interface Options {
  /** The keys of the platforms, each with its own server. `secret` replaces the client secret of all of them. */
  readonly platforms?: readonly string[];
  readonly secret?: string;
}

/**
 * Starts a gateway whose link pages redirect to platforms that can be stopped, each on its own server. The link pages
 * are the gateway's own, on a separate port.
 */
export async function startFragileGateway({ platforms = ['mqjo'], secret }: Options = {}): Promise<{
  readonly gateway: TestGateway;
  readonly servers: readonly FragilePlatform[];
}> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  whenOver(() => {
    server.closeAllConnections();
    server.close();
  });
  const gateway = await startTestGateway({ publicUrl });
  const servers = await Promise.all(platforms.map(() => startFragile(publicUrl)));
  const outgoing = outgoingClient();
  const known = platforms.flatMap((key, index) => {
    const { url, clients } = servers[index]?.first ?? { url: '', clients: [] };
    const client = clients.find((it) => it.integrationKey === key);
    const profile = sandboxProfiles(url).find((it) => it.integrationKey === key);
    if (!client || !profile) throw new Error(`the sandbox has no ${key}`);
    const credentials = { id: client.clientId, secret: secret ?? client.clientSecret };
    const redirectUri = `${publicUrl}/link/callback/${key}`;
    return [
      [
        key,
        new OAuthPlatform(profile, credentials, redirectUri, { clock: systemClock, outgoing }),
      ] as const,
    ];
  });
  const handler = createLinkHandler(
    {
      store: gateway.store,
      vault: gateway.vault,
      platforms: new Map(known),
      clock: systemClock,
      maxConnections: 1000,
      redirects: { template: undefined, allowed: [], clientId: '' },
    },
    { publicUrl, applicationName: undefined, formTargets: [] },
    pino({ level: 'silent' }),
  );
  server.on('request', (request, response) => {
    void handler(request, response, { requestId: 'test', errorCodes: [] });
  });
  return { gateway, servers };
}
