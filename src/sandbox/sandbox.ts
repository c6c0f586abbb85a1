import type Database from 'better-sqlite3';
import { getRequestListener } from '@hono/node-server';
import type { Logger } from 'pino';
import { createHttpServer } from '../web/http-server.ts';
import { openFile } from './file.ts';
import { createGrants } from './data/grants.ts';
import { createPages, isPage } from './pages-app.ts';
import { platforms } from './data/platforms.ts';
import { recentAnswers } from './provider-pages.ts';
import { logEvents } from './provider-log.ts';
import { createProvider } from './provider.ts';
import { loadSecrets, type Secrets } from './secrets.ts';

/** The credentials with which the gateway is known to one platform that the sandbox stands in for. */
interface SandboxClient {
  /** The platform's key in the catalogue. */
  readonly integrationKey: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** How the sandbox is run. */
export interface SandboxOptions {
  readonly host: string;
  /** `0` for any port that is free. */
  readonly port: number;
  /** Where the gateway takes the answers of a platform, by its key: no other redirect URI is accepted. */
  readonly redirectUri: (integrationKey: string) => string;
  /** Path of the SQLite file that keeps grants, tokens and keys. */
  readonly file: string;
  readonly accessTokenSeconds: number;
  /** How long a refresh token can be used; each use gives a new one, with the whole time before it. */
  readonly refreshTokenSeconds: number;
  readonly logger: Logger;
}

/** A running sandbox. */
export interface Sandbox {
  /** The issuer, which is also the URL of the page that says what this is. */
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
    );
    http.handle((request, response) => {
      const [path = ''] = (request.url ?? '').split('?', 1);
      // The library makes a URL of what it is given, and takes it for its own fault where that fails.
      if (!path.startsWith('/')) response.writeHead(400).end();
      else void (isPage(path) ? pages : library)(request, response);
    });
  } catch (error) {
    await http.close();
    throw error;
  }
  return {
    url,
    clients: platforms.map(({ integrationKey, clientId }) => ({
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

function assertLifetime(name: string, seconds: number): void {
  if (Number.isSafeInteger(seconds) && seconds > 0) return;
  throw new RangeError(`${name} must be a whole number of seconds, at least 1, not ${seconds}`);
}
