import type { OpenAPIHono } from '@hono/zod-openapi';
import type { RestEnv } from './request.ts';

type Document = ReturnType<OpenAPIHono<RestEnv>['getOpenAPI31Document']>;

/** Returns the OpenAPI 3.1 document of the endpoints, which are below `path`. */
export function openApiDocument(app: OpenAPIHono<RestEnv>, path: string): Document {
  app.openAPIRegistry.registerComponent('securitySchemes', 'basic', {
    type: 'http',
    scheme: 'basic',
    description: 'API key in base64, with or without a colon after it.',
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'API key.',
  });
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Connexions',
      version: '1',
      description:
        'API for companies and their data connections. It works with code that was written for the Codat platform API.',
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
    },
    servers: [{ url: path }],
    security: [{ basic: [] }, { bearer: [] }],
    tags: [
      { name: 'Companies', description: 'Businesses that share their data with you.' },
      { name: 'Connections', description: 'Connections of companies to integrations.' },
      { name: 'Integrations', description: 'Platforms that companies can connect to.' },
      { name: 'Settings', description: 'Management of API keys.' },
    ],
  });
}
