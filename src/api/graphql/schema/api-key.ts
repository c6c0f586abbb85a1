import { apiKeyLimits, isUsable, type ApiKey, type Scope } from '../../../domain/api-key.ts';
import type { ApiKeyId } from '../../../domain/id.ts';
import { createApiKey, revokeApiKey, type CreatedApiKey } from '../../../operations/api-keys.ts';
import { builder } from './builder.ts';
import { unrepeatable } from './faults.ts';
import { parseIds, resultType, toResult } from './refusals.ts';

const ScopeEnum = builder.enumType('ApiKeyScope', {
  description: 'What an API key permits. Each includes those before it: READ, WRITE, ADMIN.',
  values: {
    READ: { value: 'read', description: 'To query.' },
    WRITE: { value: 'write', description: 'To query, and to change companies and connections.' },
    ADMIN: { value: 'admin', description: 'Everything, and to manage API keys.' },
  } satisfies Record<string, { value: Scope; description: string }>,
});

const ApiKeyType = builder.objectRef<ApiKey>('ApiKey').implement({
  description:
    'A key by which a program shows who it is, as `Authorization: Bearer KEY`. The key itself is shown once, when it is created.',
  fields: (t) => ({
    id: t.exposeID('id', {
      description: 'A UUID; the `actor` of the events that the key caused.',
    }),
    name: t.exposeString('name', { description: 'What it is for.' }),
    scope: t.expose('scope', { type: ScopeEnum, description: 'What it permits.' }),
    prefix: t.exposeString('prefix', {
      description: 'The eight characters after `cnx_` by which you can tell keys apart.',
    }),
    created: t.expose('created', { type: 'DateTime', description: 'When it was created.' }),
    expires: t.expose('expires', {
      type: 'DateTime',
      nullable: true,
      description: 'When it stops working; null if never.',
    }),
    lastUsed: t.expose('lastUsed', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last used, to the minute; null if never.',
    }),
    revoked: t.expose('revoked', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was revoked; null if it was not.',
    }),
    usable: t.boolean({
      description: 'Whether it works: it is neither revoked nor expired.',
      resolve: (apiKey, _, { clock }) => isUsable(apiKey, clock.now()),
    }),
  }),
});

builder.queryField('apiKeys', (t) =>
  t.field({
    type: [ApiKeyType],
    scope: 'admin',
    description: 'All API keys, oldest first, revoked and expired ones too. Needs an ADMIN key.',
    resolve: (_, __, { session }) => session.apiKeys.all(),
  }),
);

const CreateApiKeyInput = builder.inputType('CreateApiKeyInput', {
  description: 'The API key that is to be created.',
  fields: (t) => ({
    name: t.string({
      required: true,
      description: `What it is for: 1 to ${apiKeyLimits.name} characters.`,
    }),
    scope: t.field({ type: ScopeEnum, required: true, description: 'What it permits.' }),
    expires: t.field({
      type: 'DateTime',
      description: 'When it stops working, in the future; never if absent.',
    }),
  }),
});

const CreateApiKeyPayload = builder.objectRef<CreatedApiKey>('CreateApiKeyPayload').implement({
  description: 'The API key that was created.',
  fields: (t) => ({
    apiKey: t.expose('apiKey', { type: ApiKeyType, description: 'The new key.' }),
    secret: t.exposeString('secret', {
      description: 'The key itself. Keep it safe: it is never shown again.',
    }),
  }),
});

builder.mutationField('createApiKey', (t) =>
  t.field({
    type: resultType('CreateApiKey', CreateApiKeyPayload, ['InvalidInput', 'LimitReached']),
    scope: 'admin',
    description: 'Creates an API key. Needs an ADMIN key.',
    args: {
      input: t.arg({
        type: CreateApiKeyInput,
        required: true,
        description: 'The API key that is to be created.',
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
  description: 'Which API key is to be revoked.',
  fields: (t) => ({
    apiKeyId: t.id({ required: true, description: 'The UUID of the API key.' }),
  }),
});

interface RevokedApiKey {
  readonly apiKey: ApiKey;
}

const RevokeApiKeyPayload = builder.objectRef<RevokedApiKey>('RevokeApiKeyPayload').implement({
  description: 'The API key that was revoked.',
  fields: (t) => ({
    apiKey: t.expose('apiKey', {
      type: ApiKeyType,
      description: 'The key, which is of no use now.',
    }),
  }),
});

builder.mutationField('revokeApiKey', (t) =>
  t.field({
    type: resultType('RevokeApiKey', RevokeApiKeyPayload, ['NotFound', 'InvalidInput']),
    scope: 'admin',
    description:
      'Takes an API key out of use for good, at once in every process. Needs an ADMIN key.',
    args: {
      input: t.arg({
        type: RevokeApiKeyInput,
        required: true,
        description: 'Which API key is to be revoked.',
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
