import { OpenAPIHono } from '@hono/zod-openapi';
import { Hono } from 'hono';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { methodNotAllowed as faultOfMethod } from '../../web/request-fault.ts';
import { requestReader } from '../../web/request-reader.ts';
import { addApiKeys } from './api-keys.ts';
import { addCompanies } from './companies.ts';
import { addConnections } from './connections.ts';
import { openApiDocument } from './document.ts';
import { errorMessage, invalid, restFault, RestFault } from './faults.ts';
import { addIntegrations } from './integrations.ts';
import type { ApiServices } from '../services.ts';
import type { RestContext, RestEnv } from './request.ts';

/** Converts an error to an error response. Logs errors of the gateway itself. */
export type FaultOf = (error: Error, requestId: string) => RestFault;

/** Creates the application that handles every path under `/api/`. */
export function restApp(services: ApiServices, faultOf: FaultOf): Hono<RestEnv> {
  const api = new OpenAPIHono<RestEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      const [issue] = result.error.issues;
      throw invalid({
        kind: 'InvalidInput',
        field: (issue?.path ?? []).join('.'),
        rule: issue?.message ?? 'must be valid',
      });
    },
  });
  addCompanies(api, services);
  addConnections(api, services);
  addIntegrations(api, services);
  addApiKeys(api, services);
  let document: ReturnType<typeof openApiDocument> | undefined;
  api.get('/openapi.json', (c) =>
    c.json((document ??= openApiDocument(api, `${services.publicPath}/api`))),
  );

  const app = new Hono<RestEnv>();
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed(c, methods) {
        // The handler of unknown paths has already recorded NOT_FOUND.
        c.env.info.errorCodes.pop();
        return answer(c, restFault(faultOfMethod(methods)));
      },
    }),
  );
  app.use(
    requestReader(services.limits.bodyBytes, (c: RestContext, it) => answer(c, restFault(it))),
  );
  app.route('/api', api);
  app.onError((error, c) => answer(c, faultOf(error, c.env.info.requestId)));
  app.notFound((c) =>
    answer(c, new RestFault(404, 'NOT_FOUND', 'No resource exists at this path')),
  );
  return app;
}

function answer(c: RestContext, fault: RestFault): Response {
  const { requestId, errorCodes } = c.env.info;
  errorCodes.push(fault.code);
  return Response.json(errorMessage(fault, requestId), fault);
}
