import type { CompanyId, ConnectionId } from '../../../domain/id.ts';
import { integrationLimits } from '../../../domain/integration.ts';
import type { ConnectionFilter, ConnectionOrderField } from '../../../store/connections.ts';
import { builder } from './builder.ts';
import { ConnectionPage, ConnectionType } from './connection.ts';
import { DateTimeRange, rangeArgument } from './date-time.ts';
import { ConnectionStatusEnum, SourceTypeEnum } from './enums.ts';
import { idArgument } from './faults.ts';
import { keyArgument } from './integration.ts';
import { keysetPage } from './keyset-page.ts';
import { DirectionEnum, pageArguments, pageComplexity } from './page.ts';

const ConnectionFilterInput = builder.inputType('ConnectionFilter', {
  description:
    'Filter for connections. A connection must match all conditions that are given. An empty list matches nothing.',
  fields: (t) => ({
    companyId: t.id({ description: 'UUID of the company of the connection.' }),
    status: t.field({
      type: [ConnectionStatusEnum],
      description: 'Statuses to match. The connection must have one of them.',
    }),
    sourceType: t.field({
      type: [SourceTypeEnum],
      description: 'Source types to match. The connection must have one of them.',
    }),
    integrationKey: t.string({
      description: `Key of the integration of the connection. 1 to ${integrationLimits.key} characters.`,
    }),
    created: t.field({
      type: DateTimeRange,
      description: 'Time range in which the connection was created.',
    }),
    lastSync: t.field({
      type: DateTimeRange,
      description:
        'Time range in which data was last read. A connection that was never read is in no range.',
    }),
  }),
});

const ConnectionOrderFieldEnum = builder.enumType('ConnectionOrderField', {
  description: 'Fields that connections can be sorted by.',
  values: {
    CREATED: { value: 'created', description: 'Time when the connection was created.' },
    LAST_SYNC: {
      value: 'lastSync',
      description:
        'Time when data was last read. Connections that were never read are the earliest.',
    },
  } satisfies Record<string, { value: ConnectionOrderField; description: string }>,
});

const ConnectionOrder = builder.inputType('ConnectionOrder', {
  description: 'Sort order of connections. Ties are sorted by id.',
  fields: (t) => ({
    field: t.field({
      type: ConnectionOrderFieldEnum,
      required: true,
      description: 'Field to sort by.',
    }),
    direction: t.field({
      type: DirectionEnum,
      required: true,
      defaultValue: 'asc',
      description: 'Sort direction.',
    }),
  }),
});

builder.queryField('connection', (t) =>
  t.field({
    type: ConnectionType,
    nullable: true,
    description: 'Returns the connection with an id. Null if it does not exist or was deleted.',
    args: { id: t.arg.id({ required: true, description: 'UUID of the connection.' }) },
    resolve: async (_, { id }, { loaders }) =>
      (await loaders.connection.load(idArgument<ConnectionId>('id', id))) ?? null,
  }),
);

builder.queryField('connections', (t) =>
  t.field({
    type: ConnectionPage,
    complexity: pageComplexity,
    description: 'Returns a page of the connections of all companies.',
    args: {
      ...pageArguments,
      filter: t.arg({
        type: ConnectionFilterInput,
        description: 'Connections to return. All if absent.',
      }),
      orderBy: t.arg({
        type: ConnectionOrder,
        description: 'Sort order. Oldest first if absent.',
      }),
    },
    resolve: (_, { filter, orderBy, ...page }, { session }) => {
      const order = {
        by: orderBy?.field ?? 'created',
        descending: orderBy?.direction === 'desc',
      };
      const wanted: ConnectionFilter = {
        companyId:
          filter?.companyId == null
            ? undefined
            : idArgument<CompanyId>('filter.companyId', filter.companyId),
        status: filter?.status ?? undefined,
        sourceType: filter?.sourceType ?? undefined,
        integrationKey: keyArgument('filter.integrationKey', filter?.integrationKey),
        created: rangeArgument('filter.created', filter?.created),
        lastSync: rangeArgument('filter.lastSync', filter?.lastSync),
      };
      return keysetPage(
        {
          name: 'connection',
          order,
          keyType: 'number',
          load: (window) => session.connections.page(wanted, order, window),
          count: () => session.connections.count(wanted),
        },
        page,
      );
    },
  }),
);
