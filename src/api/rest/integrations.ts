import { z, type OpenAPIHono } from '@hono/zod-openapi';
import type { Integration } from '../../domain/integration.ts';
import { isLinkable } from '../../linking/flow/linkable.ts';
import { allOf, type IntegrationCondition } from '../../query/condition.ts';
import { integrationOrders, parseOrder } from '../../query/order.ts';
import { parseQuery } from '../../query/parse.ts';
import { integrationProperties } from '../../query/properties.ts';
import type { StoreReader } from '../../store/store.ts';
import { jsonAnswer } from './content.ts';
import { endpointsOf } from './endpoint.ts';
import { notFound, valueOf } from './faults.ts';
import { linkableIn } from './linkable-condition.ts';
import { pageAnswer, pageOf, pageQuery, sliceOf } from './paging.ts';
import { brandingSchema, integrationSchema } from './schemas.ts';
import type { ApiServices } from '../services.ts';
import type { RestEnv } from './request.ts';

const tags = ['Integrations'];

const platformPath = z.object({
  platformKey: z.string().openapi({ description: 'Key of the integration.', example: 'gbol' }),
});

/** Sort orders of integrations. `enabled` is not one: its stored value is only part of what responses show. */
const { enabled: _, ...orders } = integrationOrders;

/** Excludes integrations that an import created without a key, because this API identifies integrations by key. */
const hasKey: IntegrationCondition = {
  kind: 'comparison',
  property: 'key',
  test: { type: 'text', operator: '~', value: '' },
};

/** Adds the endpoints for integrations. */
export function addIntegrations(app: OpenAPIHono<RestEnv>, services: ApiServices): void {
  const { platforms, logoUrlOf } = services;
  const endpoint = endpointsOf(services);
  app.openapi(
    endpoint('read', {
      method: 'get',
      path: '/integrations',
      operationId: 'list-integrations',
      tags,
      summary: 'List integrations',
      request: { query: pageQuery },
      responses: {
        200: jsonAnswer('A page of integrations.', pageOf('Integrations', integrationSchema)),
      },
    }),
    async (c) => {
      const asked = c.req.valid('query');
      const query = valueOf(parseQuery(asked.query ?? '', integrationProperties));
      const { total, records } = await c
        .get('session')
        .integrations.matching(
          allOf([hasKey, linkableIn(query, platforms)]),
          valueOf(parseOrder(asked.orderBy || 'name', orders)),
          sliceOf(asked),
        );
      const results = records.map((integration) => answerOf(integration, services));
      return c.json(pageAnswer('/integrations', asked, { results, total }), 200);
    },
  );
  app.openapi(
    endpoint('read', {
      method: 'get',
      path: '/integrations/{platformKey}',
      operationId: 'get-integration',
      tags,
      summary: 'Get integration',
      request: { params: platformPath },
      responses: { 200: jsonAnswer('The integration.', integrationSchema) },
    }),
    async (c) => {
      const { platformKey } = c.req.valid('param');
      const integration = await integrationByKey(c.get('session'), platformKey);
      return c.json(answerOf(integration, services), 200);
    },
  );
  app.openapi(
    endpoint('read', {
      method: 'get',
      path: '/integrations/{platformKey}/branding',
      operationId: 'get-integrations-branding',
      tags,
      summary: 'Get branding',
      request: { params: platformPath },
      responses: { 200: jsonAnswer('Branding of the integration.', brandingSchema) },
    }),
    async (c) => {
      const { platformKey } = c.req.valid('param');
      const { name, sourceId } = await integrationByKey(c.get('session'), platformKey);
      const logo = { image: { src: logoUrlOf(name), alt: name } };
      return c.json({ logo: { full: logo, square: logo }, sourceId }, 200);
    },
  );
}

async function integrationByKey(store: StoreReader, key: string): Promise<Integration> {
  const [integration] = await store.integrations.all({ key });
  if (integration === undefined) throw notFound('integration');
  return integration;
}

function answerOf(
  integration: Integration,
  { platforms, logoUrlOf }: Pick<ApiServices, 'platforms' | 'logoUrlOf'>,
) {
  const { id, key, name, sourceId, sourceType } = integration;
  return {
    key: key ?? '',
    logoUrl: logoUrlOf(name),
    name,
    enabled: isLinkable(integration, platforms),
    sourceId,
    sourceType,
    integrationId: id,
  };
}
