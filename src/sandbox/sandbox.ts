import type Database from 'better-sqlite3';
import { getRequestListener } from '@hono/node-server';
import type { Logger } from 'pino';
import { namesLoopback } from '../web/host.ts';
import { createHttpServer } from '../web/http-server.ts';
import { answerPlainly, methodNotAllowed, type RequestFault } from '../web/request-fault.ts';
import { openFile } from './file.ts';
import { createGrants } from './data/grants.ts';
import { createPages, isPage } from './pages-app.ts';
import { isOfSandbox, platforms } from './data/platforms.ts';
import { recentAnswers } from './provider-pages.ts';
import { logEvents } from './provider-log.ts';
import { createProvider } from './provider.ts';
import { loadSecrets, type Secrets } from './secrets.ts';

/** The gateway's client credentials for one platform of the sandbox. */
interface SandboxClient {
  /** The platform's key in the catalogue. */
  readonly integrationKey: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Settings of the sandbox. */
export interface SandboxOptions {
  readonly host: string;
  /** `0` for any free port. */
  readonly port: number;
  /** Returns the gateway's redirect URI for a platform. The sandbox accepts no other. */
  readonly redirectUri: (integrationKey: string) => string;
  /** Path of the SQLite file for grants, tokens and keys. */
  readonly file: string;
  readonly accessTokenSeconds: number;
  /** The lifetime of a refresh token. Each use gives a new one with the full lifetime. */
  readonly refreshTokenSeconds: number;
  readonly logger: Logger;
}

/** A running sandbox. */
export interface Sandbox {
  /** The issuer, which is also the URL of the start page. */
  readonly url: string;
  readonly clients: readonly SandboxClient[];
  close(): Promise<void>;
}

/** Starts the OAuth 2.0 and OpenID Connect server that stands in for the sandbox's platforms. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  assertLifetime('accessTokenSeconds', options.accessTokenSeconds);
  assertLifetime('refreshTokenSeconds', options.refreshTokenSeconds);
  const db = openFile(options.file);
  try {
    return await startOn(db, await loadSecrets(db), options);
  } catch (error) {
    db.close();
    throw error;
  }
}

async function startOn(
  db: Database.Database,
  secrets: Secrets,
  options: SandboxOptions,
): Promise<Sandbox> {
  const { logger } = options;
  const http = createHttpServer();
  const url = await http.listen(options);
  try {
    const grants = createGrants(db);
    const answers = recentAnswers();
    const provider = createProvider({ ...options, issuer: url }, db, grants, secrets, answers);
    logEvents(provider, logger);
    const library = provider.callback();
    const pages = getRequestListener(
      createPages(provider, grants, answers, secrets.cookieKey, logger).fetch,
      // Requests in HTTP/1.0 may name no host.
      { hostname: 'localhost' },
    );
    http.handle((request, response, headFault) => {
      const [path = ''] = (request.url ?? '').split('?', 1);
      const fault = headFault ?? faultOf(request.method, path, request.headers.host);
      if (fault !== undefined) answerPlainly(response, fault);
      else void (isPage(path) ? pages : library)(request, response);
    });
  } catch (error) {
    await http.close();
    throw error;
  }
  return {
    url,
    clients: platforms
      .filter(({ integrationKey }) => isOfSandbox(integrationKey))
      .map(({ integrationKey, clientId }) => ({
        integrationKey,
        clientId,
        clientSecret: secrets.clientSecret(clientId),
      })),
    close: async () => {
      await http.close();
      db.close();
    },
  };
}

function faultOf(
  method: string | undefined,
  path: string,
  host: string | undefined,
): RequestFault | undefined {
  // Against DNS rebinding: a web page can point its own host name at this machine.
  if (!namesLoopback(host)) return foreignHost;
  // The library would handle HEAD as GET, which begins and ends authorizations.
  if (method === 'HEAD' && /^\/auth(\/|$)/.test(path)) return methodNotAllowed(['GET', 'POST']);
  return undefined;
}

const foreignHost: RequestFault = {
  status: 421,
  code: 'MISDIRECTED_REQUEST',
  message: 'The sandbox is reached by a loopback name or address only',
};

function assertLifetime(name: string, seconds: number): void {
  if (Number.isSafeInteger(seconds) && seconds > 0) return;
  throw new RangeError(`${name} must be a whole number of seconds, at least 1, not ${seconds}`);
}
