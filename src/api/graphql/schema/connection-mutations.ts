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
  description: 'Which connection is to be created.',
  fields: (t) => ({
    companyId: t.id({ required: true, description: 'The UUID of the company that it is of.' }),
    integrationKey: t.string({
      required: true,
      description: 'The key of the integration that it is to, such as `gbol`.',
    }),
  }),
});

const CreateConnectionPayload = builder
  .objectRef<ChangedConnection>('CreateConnectionPayload')
  .implement({
    description: 'The connection that was created.',
    fields: (t) => ({
      connection: t.expose('connection', {
        type: ConnectionType,
        description: 'The new connection. It is PENDING_AUTH until the company authorizes it.',
      }),
    }),
  });

builder.mutationField('createConnection', (t) =>
  t.field({
    type: resultType('CreateConnection', CreateConnectionPayload, ['NotFound', 'InvalidInput']),
    description:
      "Creates a connection of a company to an integration of the catalogue. The company's people authorize it at its `linkUrl`, if the integration is enabled; `authorizeConnection` does without them. A company may have several that wait for authorization, also where only one of them can become active.",
    args: {
      input: t.arg({
        type: CreateConnectionInput,
        required: true,
        description: 'Which connection is to be created.',
      }),
    },
    resolve: async (_, { input: { companyId, integrationKey } }, context) => {
      const ids = parseIds<{ companyId: CompanyId }>({ companyId });
      if (!ids.ok) return ids.error;
      const result = await context.change((session, cause) =>
        createConnection(session, { ...ids.value, integrationKey }, cause),
      );
      return toResult(result, changed);
    },
  }),
);

const UnlinkConnectionInput = builder.inputType('UnlinkConnectionInput', {
  description: 'Which connection is to be unlinked.',
  fields: (t) => ({
    companyId: t.id({ required: true, description: 'The UUID of the company that it is of.' }),
    connectionId: t.id({ required: true, description: 'The UUID of the connection.' }),
  }),
});

const UnlinkConnectionPayload = builder
  .objectRef<ChangedConnection>('UnlinkConnectionPayload')
  .implement({
    description: 'The connection that was unlinked.',
    fields: (t) => ({
      connection: t.expose('connection', {
        type: ConnectionType,
        description: 'The connection, which is UNLINKED now.',
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
      'Gives up the access to a LINKED connection. What was read stays readable; the company can authorize it again.',
    args: {
      input: t.arg({
        type: UnlinkConnectionInput,
        required: true,
        description: 'Which connection is to be unlinked.',
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
  description: 'Which connection is to be deleted.',
  fields: (t) => ({
    companyId: t.id({ required: true, description: 'The UUID of the company that it is of.' }),
    connectionId: t.id({ required: true, description: 'The UUID of the connection.' }),
  }),
});

const DeleteConnectionPayload = builder.objectRef<Connection>('DeleteConnectionPayload').implement({
  description: 'The connection that was deleted.',
  fields: (t) => ({
    deletedConnectionId: t.id({
      description: 'The UUID that the connection had; it names nothing any more.',
      resolve: ({ id }) => id,
    }),
    company: t.field({
      type: CompanyType,
      nullable: true,
      description:
        'The company that it was of, without it. Null only if the company was deleted meanwhile.',
      resolve: async ({ companyId }, _, { loaders }) =>
        (await loaders.company.load(companyId)) ?? null,
    }),
  }),
});

builder.mutationField('deleteConnection', (t) =>
  t.field({
    type: resultType('DeleteConnection', DeleteConnectionPayload, ['NotFound', 'InvalidInput']),
    description:
      'Deletes a connection for good, in whatever status it is: every query, list and count goes on without it.',
    args: {
      input: t.arg({
        type: DeleteConnectionInput,
        required: true,
        description: 'Which connection is to be deleted.',
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
