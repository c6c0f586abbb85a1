import type { Connection, ConnectionRef } from '../../../domain/connection.ts';
import type { CompanyId } from '../../../domain/id.ts';
import {
  createConnection,
  deleteConnection,
  unlinkConnection,
} from '../../../operations/connections.ts';
import { builder } from './builder.ts';
import { CompanyType } from './company.ts';
import { ConnectionType } from './connection.ts';
import { parseIds, resultType, toResult } from './refusals.ts';

interface ChangedConnection {
  readonly connection: Connection;
}

const changed = (connection: Connection): ChangedConnection => ({ connection });

const CreateConnectionInput = builder.inputType('CreateConnectionInput', {
  description: 'The connection to create.',
  fields: (t) => ({
    companyId: t.id({ required: true, description: 'UUID of the company of the connection.' }),
    integrationKey: t.string({
      required: true,
      description: 'Key of the integration to connect to, such as `gbol`.',
    }),
  }),
});

const CreateConnectionPayload = builder
  .objectRef<ChangedConnection>('CreateConnectionPayload')
  .implement({
    description: 'The created connection.',
    fields: (t) => ({
      connection: t.expose('connection', {
        type: ConnectionType,
        description: 'The created connection. It is PENDING_AUTH until the company authorizes it.',
      }),
    }),
  });

builder.mutationField('createConnection', (t) =>
  t.field({
    type: resultType('CreateConnection', CreateConnectionPayload, [
      'NotFound',
      'InvalidInput',
      'LimitReached',
    ]),
    description:
      'Creates a connection of a company to an integration in the catalogue. If the integration is enabled, people of the company authorize the connection at its `linkUrl`. With `authorizeConnection` you link it without them. A company can have several connections that wait for authorization, even if only one of them can become active. Returns LimitReachedError if the company has as many connections as it can have.',
    args: {
      input: t.arg({
        type: CreateConnectionInput,
        required: true,
        description: 'The connection to create.',
      }),
    },
    resolve: async (_, { input: { companyId, integrationKey } }, context) => {
      const ids = parseIds<{ companyId: CompanyId }>({ companyId });
      if (!ids.ok) return ids.error;
      const result = await context.change((session, cause) =>
        createConnection(session, { ...ids.value, integrationKey }, context.maxConnections, cause),
      );
      return toResult(result, changed);
    },
  }),
);

const UnlinkConnectionInput = builder.inputType('UnlinkConnectionInput', {
  description: 'The connection to unlink.',
  fields: (t) => ({
    companyId: t.id({ required: true, description: 'UUID of the company of the connection.' }),
    connectionId: t.id({ required: true, description: 'UUID of the connection.' }),
  }),
});

const UnlinkConnectionPayload = builder
  .objectRef<ChangedConnection>('UnlinkConnectionPayload')
  .implement({
    description: 'The unlinked connection.',
    fields: (t) => ({
      connection: t.expose('connection', {
        type: ConnectionType,
        description: 'The unlinked connection. Its status is UNLINKED.',
      }),
    }),
  });

builder.mutationField('unlinkConnection', (t) =>
  t.field({
    type: resultType('UnlinkConnection', UnlinkConnectionPayload, [
      'NotFound',
      'InvalidStatus',
      'InvalidInput',
    ]),
    description:
      'Unlinks a LINKED connection and ends the access. Data that was read stays readable. The company can authorize the connection again. Returns InvalidStatusError if the connection is not LINKED.',
    args: {
      input: t.arg({
        type: UnlinkConnectionInput,
        required: true,
        description: 'The connection to unlink.',
      }),
    },
    resolve: async (_, { input }, context) => {
      const ref = parseIds<ConnectionIds>(input);
      if (!ref.ok) return ref.error;
      const result = await context.change((session, cause) =>
        unlinkConnection(session, ref.value, cause),
      );
      return toResult(result, changed);
    },
  }),
);

const DeleteConnectionInput = builder.inputType('DeleteConnectionInput', {
  description: 'The connection to delete.',
  fields: (t) => ({
    companyId: t.id({ required: true, description: 'UUID of the company of the connection.' }),
    connectionId: t.id({ required: true, description: 'UUID of the connection.' }),
  }),
});

const DeleteConnectionPayload = builder.objectRef<Connection>('DeleteConnectionPayload').implement({
  description: 'The deleted connection.',
  fields: (t) => ({
    deletedConnectionId: t.id({
      description: 'UUID of the deleted connection. It is no longer valid.',
      resolve: ({ id }) => id,
    }),
    company: t.field({
      type: CompanyType,
      nullable: true,
      description:
        'Company of the deleted connection, after the deletion. Null only if the company was deleted in the meantime.',
      resolve: async ({ companyId }, _, { loaders }) =>
        (await loaders.company.load(companyId)) ?? null,
    }),
  }),
});

builder.mutationField('deleteConnection', (t) =>
  t.field({
    type: resultType('DeleteConnection', DeleteConnectionPayload, ['NotFound', 'InvalidInput']),
    description:
      'Deletes a connection permanently. Works in every status. The connection disappears from every query, list and count.',
    args: {
      input: t.arg({
        type: DeleteConnectionInput,
        required: true,
        description: 'The connection to delete.',
      }),
    },
    resolve: async (_, { input }, context) => {
      const ref = parseIds<ConnectionIds>(input);
      if (!ref.ok) return ref.error;
      const result = await context.change((session, cause) =>
        deleteConnection(session, ref.value, cause),
      );
      return toResult(result, (connection) => connection);
    },
  }),
);

type ConnectionIds = { [Field in keyof ConnectionRef]: ConnectionRef[Field] };
