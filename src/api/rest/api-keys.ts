import { z, type OpenAPIHono } from '@hono/zod-openapi';
import type { ApiKey } from '../../domain/api-key.ts';
import { formatInstant } from '../../domain/instant.ts';
import { invalidInput } from '../../domain/refusal.ts';
import { text } from '../../domain/text-input.ts';
import { createApiKey, revokeApiKey } from '../../operations/api-keys.ts';
import { change, idempotencyKeyOf } from './change.ts';
import { jsonAnswer, jsonRequest } from './content.ts';
import { endpointsOf } from './endpoint.ts';
import { invalid } from './faults.ts';
import { apiKeyIdIn, apiKeyPath } from './path-ids.ts';
import { apiKeySchema, apiKeysSchema } from './schemas.ts';
import type { ApiServices } from '../services.ts';
import type { RestEnv } from './request.ts';

const tags = ['Settings'];
const namelessName = 'API key';
/** In characters. The API of Codat has this limit; names that GraphQL gives can be longer. */
const maxName = 50;

const newApiKey = z
  .object(
    {
      name: text({ min: 1, max: maxName })
        .nullish()
        .openapi({
          maxLength: maxName,
          description: `Name of the API key, such as what it is used for. Default: ${namelessName}.`,
        }),
    },
    'must be an object',
  )
  .openapi('CreateApiKey');

/** Adds the endpoints for API keys. */
export function addApiKeys(app: OpenAPIHono<RestEnv>, services: ApiServices): void {
  const endpoint = endpointsOf(services);
  app.openapi(
    endpoint('admin', {
      method: 'get',
      path: '/apiKeys',
      operationId: 'list-api-keys',
      tags,
      summary: 'List API keys',
      responses: { 200: jsonAnswer('All API keys that were not deleted.', apiKeysSchema) },
    }),
    async (c) => {
      const all = await c.get('session').apiKeys.all();
      const results = all.filter(({ revoked }) => revoked === null).map(answerOf);
      return c.json({ results }, 200);
    },
  );
  app.openapi(
    endpoint('admin', {
      method: 'post',
      path: '/apiKeys',
      operationId: 'create-api-key',
      tags,
      summary: 'Create API key',
      description:
        'Creates an API key with all permissions, like the key that you use for this request. Cannot be sent with an `Idempotency-Key`.',
      request: { body: jsonRequest(newApiKey) },
      responses: {
        201: jsonAnswer('The created API key. The key itself is returned only here.', apiKeySchema),
      },
    }),
    async (c) => {
      if (idempotencyKeyOf(c) !== undefined) {
        // The response contains a secret, which is never stored, so it cannot be returned again.
        throw invalid(invalidInput('Idempotency-Key', 'cannot be used to create an API key'));
      }
      const { name } = c.req.valid('json');
      const input = { name: name ?? namelessName, scope: 'admin' };
      const { apiKey, secret } = await change(c, (session, cause) =>
        createApiKey(session, input, services.maxApiKeys, cause),
      );
      return c.json({ ...answerOf(apiKey), apiKey: secret }, 201);
    },
  );
  app.openapi(
    endpoint('admin', {
      method: 'delete',
      path: '/apiKeys/{apiKeyId}',
      operationId: 'delete-api-key',
      tags,
      summary: 'Delete API key',
      description: 'Revokes an API key permanently. It stops working at once.',
      request: { params: apiKeyPath },
      responses: { 204: { description: 'The API key was deleted.' } },
    }),
    async (c) => {
      const id = apiKeyIdIn(c.req.valid('param'));
      await change(c, (session, cause) => revokeApiKey(session, id, cause));
      return c.body(null, 204);
    },
  );
}

function answerOf({ id, name, created }: ApiKey) {
  return { id, name, createdDate: formatInstant(created) };
}
