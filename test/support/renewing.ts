import { expect } from 'vitest';
import type { Credentials } from '../../src/domain/credentials.ts';
import type { CompanyId, ConnectionId } from '../../src/domain/id.ts';
import { openCredentials } from '../../src/linking/upkeep/stored-credentials.ts';
import { startLinkingWorker, type LinkingWorker } from '../../src/linking/upkeep/worker.ts';
import type { Platforms } from '../../src/platforms/platform.ts';
import { whenOver } from './lifetime.ts';
import { captureLog, type CapturedLog } from './captured-log.ts';
import { ManualClock } from './clock.ts';
import { startTestGateway, type TestGateway } from './gateway.ts';
import { startOAuthServer, type OAuthServer } from './oauth-server.ts';
import { inDatabase } from './rows.ts';

/** A gateway, a worker beside it that renews credentials, and an OAuth server as its platform (Xero by default). */
export interface Renewing {
  /** The clock of the gateway, the workers and the server. */
  readonly clock: ManualClock;
  /** Expects a condition of `read` to become true while the clock moves a second at a time. */
  readonly eventually: ReturnType<typeof eventuallyBy>;
  readonly gateway: TestGateway;
  readonly server: OAuthServer;
  readonly log: CapturedLog;
  readonly worker: LinkingWorker;
  /** Links a connection of a new company with a new grant. Its renewal is due at once unless `given` says otherwise. */
  readonly link: (given?: Partial<Credentials>) => Promise<LinkedConnection>;
  /** Starts another worker. */
  readonly startWorker: (platforms?: Platforms) => LinkingWorker;
}

/** A connection that was linked with a grant of the test's own server. */
export interface LinkedConnection {
  readonly companyId: CompanyId;
  readonly connectionId: ConnectionId;
  /** The refresh token with which it was linked. */
  readonly refreshToken: string;
  /** Queries its state over GraphQL. */
  readonly state: () => Promise<ConnectionState>;
  /** Returns its stored credentials, decrypted, or `undefined` if there are none. */
  readonly credentials: () => Promise<Credentials | undefined>;
  /** Makes its renewal due now, or since an earlier time. */
  readonly makeDue: (since?: number) => void;
}

/** The state of a connection, as GraphQL returns it. */
interface ConnectionState {
  readonly status: string;
  readonly health: {
    readonly state: string;
    readonly failures: number;
    readonly reason: string | null;
    readonly failingSince: string | null;
    readonly nextRenewal: string | null;
    readonly expires: string | null;
  } | null;
  readonly history: { readonly nodes: readonly Record<string, string | null>[] };
}

const stateQuery = `query ($id: ID!) {
  connection(id: $id) {
    status
    health { state failures reason failingSince nextRenewal expires }
    history(first: 100) { nodes { type fromStatus toStatus actor reason } }
  }
}`;

export const handOver = `mutation ($input: AuthorizeConnectionInput!) {
  authorizeConnection(input: $input) {
    __typename
    ... on AuthorizeConnectionPayload { connection { id status } }
    ... on Error { message }
    ... on NotFoundError { field }
    ... on InvalidInputError { field rule }
    ... on ActiveConnectionExistsError { connection { id } }
  }
}`;

/** Starts everything that a test of renewals needs. It ends with the test. */
export async function startRenewing({
  key = 'gbol',
  hasRevocation = true,
  revocationEndsAll = false,
  /** The timeout of requests to a platform, in seconds of the system's clock. */
  timeoutSeconds = 10,
} = {}): Promise<Renewing> {
  const clock = new ManualClock();
  const server = await startOAuthServer(clock);
  const gateway = await startTestGateway({ clock });
  const log = captureLog();
  const { store, vault } = gateway;
  const ours: Platforms = new Map([
    [key, server.platform(key, { hasRevocation, revocationEndsAll, timeoutSeconds })],
  ]);
  const startWorker = (platforms = ours) => {
    const worker = startLinkingWorker({ store, vault, platforms, clock }, log.logger);
    whenOver(() => worker.stop());
    return worker;
  };
  const worker = startWorker();
  // Requests that hang at the platform would delay the end of the test.
  whenOver(() => server.drop());
  return {
    clock,
    eventually: eventuallyBy(clock, server),
    gateway,
    server,
    log,
    startWorker,
    worker,
    async link(given = {}) {
      const grant = server.grant();
      const added = await gateway.withCompany({ connections: [{ status: 'PendingAuth' }] });
      const companyId = added.companyId as CompanyId;
      const connectionId = added.connectionId as ConnectionId;
      const { fields: _, ...credentials } = { expires: clock.now(), ...grant, ...given };
      const expires = credentials.expires && new Date(credentials.expires).toISOString();
      const input = { companyId, connectionId, credentials: { ...credentials, expires } };
      const { data } = await gateway.query(handOver, { input });
      if (data.authorizeConnection.connection?.status !== 'LINKED') throw new Error('not linked');
      return {
        companyId,
        connectionId,
        refreshToken: credentials.refreshToken ?? '',
        state: async () => (await gateway.query(stateQuery, { id: connectionId })).data.connection,
        credentials: async () => {
          const stored = await store.credentials.ofConnection(connectionId);
          return stored && openCredentials(vault, stored);
        },
        makeDue: (since = clock.now()) => {
          inDatabase(gateway.file, (db) =>
            db
              .prepare('UPDATE credentials SET renew_at = ? WHERE connection_id = ?')
              .run(since, connectionId),
          );
        },
      };
    },
  };
}

/** The real milliseconds per second of the test clock. */
const realMsPerSecond = 20;
/** The same while a platform request is in progress: leases of 120 s must not expire because the machine is slow. */
const realMsPerAskedSecond = 250;

function eventuallyBy(clock: ManualClock, server: OAuthServer) {
  let movedMs = 0;
  return <T>(read: () => T | Promise<T>) => {
    return expect.poll(
      async () => {
        const waitedMs = performance.now() - movedMs;
        // Time passes as fast for several waiting callers as for one.
        if (waitedMs >= (server.isAsked() ? realMsPerAskedSecond : realMsPerSecond)) {
          movedMs = performance.now();
          await clock.advance(1000);
        }
        return read();
      },
      { timeout: 20_000, interval: realMsPerSecond },
    );
  };
}
