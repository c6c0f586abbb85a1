import { apiKeyLimits, isUsable, type ApiKey, type Scope } from '../../../domain/api-key.ts';
import type { ApiKeyId } from '../../../domain/id.ts';
import { createApiKey, revokeApiKey, type CreatedApiKey } from '../../../operations/api-keys.ts';
import { builder } from './builder.ts';
import { unrepeatable } from './faults.ts';
import { parseIds, resultType, toResult } from './refusals.ts';

const ScopeEnum = builder.enumType('ApiKeyScope', {
  description:
    'Permission level of an API key. Each level includes the ones before it: READ, WRITE, ADMIN.',
  values: {
    READ: { value: 'read', description: 'Allows queries.' },
    WRITE: {
      value: 'write',
      description: 'Allows queries, and changes to companies and connections.',
    },
    ADMIN: {
      value: 'admin',
      description: 'Allows everything, including the management of API keys.',
    },
  } satisfies Record<string, { value: Scope; description: string }>,
});

const ApiKeyType = builder.objectRef<ApiKey>('ApiKey').implement({
  description:
    'API key that a program sends as `Authorization: Bearer KEY`. The key itself is shown only once, when it is created.',
  fields: (t) => ({
    id: t.exposeID('id', {
      description: 'UUID of the API key. It is the `actor` of the events that the key caused.',
    }),
    name: t.exposeString('name', {
      description: 'Name of the API key, such as what it is used for.',
    }),
    scope: t.expose('scope', { type: ScopeEnum, description: 'Permission level of the API key.' }),
    prefix: t.exposeString('prefix', {
      description: 'The eight characters after `cnx_`. Use them to tell keys apart.',
    }),
    created: t.expose('created', {
      type: 'DateTime',
      description: 'Time when the API key was created.',
    }),
    expires: t.expose('expires', {
      type: 'DateTime',
      nullable: true,
      description: 'Time when the API key expires. Null if it never expires.',
    }),
    lastUsed: t.expose('lastUsed', {
      type: 'DateTime',
      nullable: true,
      description: 'Time of the last use, accurate to one minute. Null if the key was never used.',
    }),
    revoked: t.expose('revoked', {
      type: 'DateTime',
      nullable: true,
      description: 'Time when the API key was revoked. Null if it was not revoked.',
    }),
    usable: t.boolean({
      description: 'Whether the API key works. True if it is neither revoked nor expired.',
      resolve: (apiKey, _, { clock }) => isUsable(apiKey, clock.now()),
    }),
  }),
});

builder.queryField('apiKeys', (t) =>
  t.field({
    type: [ApiKeyType],
    scope: 'admin',
    description:
      'Returns all API keys, oldest first, including revoked and expired ones. Requires an ADMIN key.',
    resolve: (_, __, { session }) => session.apiKeys.all(),
  }),
);

const CreateApiKeyInput = builder.inputType('CreateApiKeyInput', {
  description: 'The API key to create.',
  fields: (t) => ({
    name: t.string({
      required: true,
      description: `Name of the API key, such as what it is used for. 1 to ${apiKeyLimits.name} characters.`,
    }),
    scope: t.field({
      type: ScopeEnum,
      required: true,
      description: 'Permission level of the API key.',
    }),
    expires: t.field({
      type: 'DateTime',
      description:
        'Time when the API key expires. Must be in the future. If absent, the key never expires.',
    }),
  }),
});

const CreateApiKeyPayload = builder.objectRef<CreatedApiKey>('CreateApiKeyPayload').implement({
  description: 'The created API key and its secret.',
  fields: (t) => ({
    apiKey: t.expose('apiKey', { type: ApiKeyType, description: 'The created API key.' }),
    secret: t.exposeString('secret', {
      description: 'The key itself. Store it securely: it is never shown again.',
    }),
  }),
});

builder.mutationField('createApiKey', (t) =>
  t.field({
    type: resultType('CreateApiKey', CreateApiKeyPayload, ['InvalidInput', 'LimitReached']),
    scope: 'admin',
    description:
      'Creates an API key. Requires an ADMIN key. Returns LimitReachedError if too many usable keys exist. Cannot be sent with an `Idempotency-Key`.',
    args: {
      input: t.arg({
        type: CreateApiKeyInput,
        required: true,
        description: 'The API key to create.',
      }),
    },
    resolve: async (_, { input }, context) => {
      if (context.answerIsKept) throw unrepeatable('createApiKey');
      const result = await context.change((session, cause) =>
        createApiKey(session, input, context.maxApiKeys, cause),
      );
      return toResult(result, (created) => created);
    },
  }),
);

const RevokeApiKeyInput = builder.inputType('RevokeApiKeyInput', {
  description: 'The API key to revoke.',
  fields: (t) => ({
    apiKeyId: t.id({ required: true, description: 'UUID of the API key.' }),
  }),
});

interface RevokedApiKey {
  readonly apiKey: ApiKey;
}

const RevokeApiKeyPayload = builder.objectRef<RevokedApiKey>('RevokeApiKeyPayload').implement({
  description: 'The revoked API key.',
  fields: (t) => ({
    apiKey: t.expose('apiKey', {
      type: ApiKeyType,
      description: 'The revoked API key. It no longer works.',
    }),
  }),
});

builder.mutationField('revokeApiKey', (t) =>
  t.field({
    type: resultType('RevokeApiKey', RevokeApiKeyPayload, ['NotFound', 'InvalidInput']),
    scope: 'admin',
    description:
      'Revokes an API key permanently. It stops working at once in every process. Requires an ADMIN key.',
    args: {
      input: t.arg({
        type: RevokeApiKeyInput,
        required: true,
        description: 'The API key to revoke.',
      }),
    },
    resolve: async (_, { input }, context) => {
      const ids = parseIds<{ apiKeyId: ApiKeyId }>(input);
      if (!ids.ok) return ids.error;
      const result = await context.change((session, cause) =>
        revokeApiKey(session, ids.value.apiKeyId, cause),
      );
      return toResult(result, (apiKey) => ({ apiKey }));
    },
  }),
);
