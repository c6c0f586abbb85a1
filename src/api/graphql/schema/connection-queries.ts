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
    'Which connections: all conditions that are given must hold. An empty list matches nothing.',
  fields: (t) => ({
    companyId: t.id({ description: 'Is of the company with this id, a UUID.' }),
    status: t.field({
      type: [ConnectionStatusEnum],
      description: 'Is in one of these statuses.',
    }),
    sourceType: t.field({
      type: [SourceTypeEnum],
      description: 'Reads from a source of one of these types.',
    }),
    integrationKey: t.string({
      description: `Is to the integration with this key: 1 to ${integrationLimits.key} characters.`,
    }),
    created: t.field({ type: DateTimeRange, description: 'Was created in this range.' }),
    lastSync: t.field({
      type: DateTimeRange,
      description: 'Was last read in this range. A connection that was never read is in no range.',
    }),
  }),
});

const ConnectionOrderFieldEnum = builder.enumType('ConnectionOrderField', {
  description: 'By what connections can be ordered.',
  values: {
    CREATED: { value: 'created', description: 'By when they were created.' },
    LAST_SYNC: {
      value: 'lastSync',
      description: 'By when data was last read; connections that were never read are the earliest.',
    },
  } satisfies Record<string, { value: ConnectionOrderField; description: string }>,
});

const ConnectionOrder = builder.inputType('ConnectionOrder', {
  description: 'The order of connections. Ties are broken by id.',
  fields: (t) => ({
    field: t.field({
      type: ConnectionOrderFieldEnum,
      required: true,
      description: 'By what they are ordered.',
    }),
    direction: t.field({
      type: DirectionEnum,
      required: true,
      defaultValue: 'asc',
      description: 'In which direction.',
    }),
  }),
});

builder.queryField('connection', (t) =>
  t.field({
    type: ConnectionType,
    nullable: true,
    description: 'The connection with an id, or null if there is none or it was deleted.',
    args: { id: t.arg.id({ required: true, description: 'The UUID of the connection.' }) },
    resolve: async (_, { id }, { loaders }) =>
      (await loaders.connection.load(idArgument<ConnectionId>('id', id))) ?? null,
  }),
);

builder.queryField('connections', (t) =>
  t.field({
    type: ConnectionPage,
    complexity: pageComplexity,
    description: 'The connections of all companies, in pages.',
    args: {
      ...pageArguments,
      filter: t.arg({
        type: ConnectionFilterInput,
        description: 'Which connections; all if absent.',
      }),
      orderBy: t.arg({
        type: ConnectionOrder,
        description: 'Their order; oldest first if absent.',
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
