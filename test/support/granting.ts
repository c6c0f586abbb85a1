import type { ServerResponse } from 'node:http';
import { systemClock } from '../../src/domain/clock.ts';
import type { CompanyId, ConnectionId } from '../../src/domain/id.ts';
import { completeAuthorization } from '../../src/linking/flow/complete-authorization.ts';
import { newLinkCode } from '../../src/linking/flow/link-code.ts';
import { startAuthorization } from '../../src/linking/flow/start-authorization.ts';
import type { LinkPageServices } from '../../src/linking/services.ts';
import { startLinkingWorker } from '../../src/linking/upkeep/worker.ts';
import type { AuthorizationProfile } from '../../src/platforms/authorization-profile.ts';
import { captureLog } from './captured-log.ts';
import { startTestGateway, type TestGateway } from './gateway.ts';
import { whenOver } from './lifetime.ts';
import { answerJson, platformAt, startPlatformServer } from './platform-server.ts';

/** A connection and its company. */
export interface Ids {
  readonly companyId: CompanyId;
  readonly connectionId: ConnectionId;
}

/** Answers a request. */
type Answer = (response: ServerResponse) => void;

/** A platform that grants access to whoever asks, and a gateway that links at it. Its key is `gbol`. */
export interface Granting {
  readonly gateway: TestGateway;
  readonly services: LinkPageServices;
  /** What the platform answers from now on. */
  readonly answers: { tokens: unknown; account: Answer };
  /** What happens while the platform exchanges the next code. */
  meanwhile: () => Promise<unknown>;
  /** The paths of the requests to the platform so far, and what each sent. */
  readonly requests: { readonly path: string; readonly body: string }[];
  /** Adds a company with a connection to the platform. */
  add(
    this: void,
    connection?: { readonly status?: string; readonly sourceType?: string },
  ): Promise<Ids>;
  /** Begins an authorization in a browser. Returns a function that delivers the platform's response. */
  begin(
    this: void,
    ids: Ids,
    given?: { readonly allowDifferentAccount?: boolean; readonly query?: string },
  ): Promise<() => ReturnType<typeof completeAuthorization>>;
  /** Starts a worker at the platform. */
  work(): void;
}

/** Returns JSON with a status. */
export function json(body: unknown, status = 200): Answer {
  return (response) => {
    answerJson(response, body, status);
  };
}

/** Starts the platform and its gateway. They end with the test. */
export async function startGranting(
  profile: (url: string) => Partial<AuthorizationProfile> = (url) => ({
    account: { from: 'request', url: `${url}/me`, path: 'id' },
  }),
): Promise<Granting> {
  const requests: Granting['requests'] = [];
  const answers: Granting['answers'] = {
    tokens: { token_type: 'bearer', access_token: 'access', refresh_token: 'refresh' },
    account: json({ id: 'account-1' }),
  };
  const url = await startPlatformServer((request, response) => {
    void (async () => {
      let body = '';
      for await (const chunk of request.setEncoding('utf8')) body += String(chunk);
      const path = request.url ?? '';
      requests.push({ path, body });
      if (path === '/me') answers.account(response);
      else if (path === '/revoke') response.writeHead(200).end();
      else {
        await granting.meanwhile();
        answerJson(response, answers.tokens);
      }
    })();
  });
  const gateway = await startTestGateway();
  const { store, vault } = gateway;
  const platforms = new Map([['gbol', platformAt(url, profile(url))]]);
  const services = {
    store,
    vault,
    platforms,
    clock: systemClock,
    maxConnections: 1000,
    redirects: { template: undefined, allowed: [], clientId: '' },
  };
  const granting: Granting = {
    gateway,
    services,
    meanwhile: async () => {},
    answers,
    requests,
    async add(connection = { status: 'PendingAuth' }) {
      const { companyId, connectionId } = await gateway.withCompany({ connections: [connection] });
      return { companyId: companyId as CompanyId, connectionId: connectionId as ConnectionId };
    },
    async begin(ids, { allowDifferentAccount = false, query = '' } = {}) {
      const now = Date.now();
      const { code } = newLinkCode(vault, { ...ids, allowDifferentAccount }, now);
      const browser = `the token of a browser for ${ids.connectionId}`;
      const started = await startAuthorization(
        services,
        { visit: { ...ids, code, browser }, parameters: new URLSearchParams() },
        now,
      );
      if (!started.ok) throw new Error(started.error.kind);
      const state = started.value.searchParams.get('state') ?? '';
      const callback = new URL(`http://127.0.0.1/link/callback/gbol?code=c&state=${state}${query}`);
      const answer = { integrationKey: 'gbol', url: callback, browser };
      return () => completeAuthorization(services, answer, Date.now());
    },
    work() {
      const worker = startLinkingWorker(services, captureLog().logger);
      whenOver(() => worker.stop());
    },
  };
  return granting;
}
