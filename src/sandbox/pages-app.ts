import { readFileSync } from 'node:fs';
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { methodNotAllowed } from 'hono/method-not-allowed';
import type { Provider } from 'oidc-provider';
import { SessionNotFound } from 'oidc-provider/lib/helpers/errors.js';
import type { Logger } from 'pino';
import { connectedAppsRoutes } from './connected-apps-routes.ts';
import type { Grants } from './data/grants.ts';
import { interactionRoutes } from './interaction-routes.ts';
import { methodNotAllowed as faultOfMethod } from '../web/request-fault.ts';
import { requestReader } from '../web/request-reader.ts';
import { cacheControl, pageHeaders } from '../web/response-headers.ts';
import { endedPage, faultPage, notFoundPage } from './pages/problem.ts';
import { pageFault } from './page-fault.ts';
import type { RecentAnswers } from './provider-pages.ts';
import { startPage } from './pages/start.ts';
import { applicationName } from './provider.ts';

type Env = { Bindings: HttpBindings };

const maxFormBytes = 16_384;

/** Reports whether a path is one of the sandbox's own pages; the library handles all others. */
export function isPage(path: string): boolean {
  return (
    ['/', '/connected-apps', '/sandbox.css'].includes(path) || path.startsWith('/interaction/')
  );
}

/** Creates the app that serves the sandbox's own pages. */
export function createPages(
  provider: Provider,
  grants: Grants,
  answers: RecentAnswers,
  csrfKey: string,
  logger: Logger,
): Hono<Env> {
  const stylesheet = readFileSync(new URL('sandbox.css', import.meta.url), 'utf8');
  const app = new Hono<Env>();
  return app
    .use(async (c, next) => {
      for (const [name, value] of Object.entries(pageHeaders(`'self'`))) c.header(name, value);
      await next();
    })
    .use(
      methodNotAllowed({
        app,
        onMethodNotAllowed: (c, methods) => pageFault(c, faultOfMethod(methods)),
      }),
    )
    .use(requestReader(maxFormBytes, pageFault))
    .get('/', (c) => c.html(startPage(provider.issuer)))
    .get('/sandbox.css', (c) =>
      c.body(stylesheet, 200, {
        'content-type': 'text/css; charset=utf-8',
        'cache-control': cacheControl.revalidate,
      }),
    )
    .route('/interaction', interactionRoutes(provider, answers, applicationName))
    .route('/connected-apps', connectedAppsRoutes(grants, applicationName, csrfKey))
    .notFound(async (c) => c.html(notFoundPage(), 404))
    .onError(async (error, c) => {
      if (error instanceof SessionNotFound) return c.html(endedPage(), 410);
      logger.error({ err: error }, 'sandbox: internal error');
      return c.html(faultPage(), 500);
    });
}
