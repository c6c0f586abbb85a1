import type { Company, Tag } from '../../../domain/company.ts';
import { newestSync } from '../../../domain/connection.ts';
import { connectionStatuses } from '../../../domain/status.ts';
import type { CompanyConnectionStatus } from '../../../store/companies.ts';
import { builder } from './builder.ts';
import { ConnectionType } from './connection.ts';
import { CompanyConnectionStatusEnum, ConnectionStatusEnum, SourceTypeEnum } from './enums.ts';
import { deletedMeanwhile } from './faults.ts';
import { linkCodeFor, linkUrlDescription } from './link.ts';
import { Node } from './node.ts';
import { pageType } from './page.ts';

const TagType = builder.objectRef<Tag>('Tag').implement({
  description: 'A key and a value that you store on a company.',
  fields: (t) => ({
    key: t.exposeString('key', { description: 'Key of the tag. Unique within the company.' }),
    value: t.exposeString('value', { description: 'Value of the tag.' }),
  }),
});

const CompanyConnectionsFilter = builder.inputType('CompanyConnectionsFilter', {
  description:
    'Filter for the connections of a company. A connection must match all conditions that are given. An empty list matches nothing.',
  fields: (t) => ({
    status: t.field({
      type: [ConnectionStatusEnum],
      description: 'Statuses to match. The connection must have one of them.',
    }),
    sourceType: t.field({
      type: [SourceTypeEnum],
      description: 'Source types to match. The connection must have one of them.',
    }),
  }),
});

/** A business that shares its data. */
export const CompanyType = builder.objectRef<Company>('Company').implement({
  description: 'A business that shares its data with you. Typically one of your customers.',
  interfaces: [Node],
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Name of the business.' }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'Your notes about the company. Null if there are none.',
    }),
    tags: t.field({
      type: [TagType],
      description: 'Your own data about the company, sorted by key.',
      resolve: ({ id }, _, { loaders }) => loaders.tagsOfCompany.load(id),
    }),
    created: t.expose('created', {
      type: 'DateTime',
      description: 'Time when the company was created.',
    }),
    lastSync: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'Time when data was last read through any connection of the company. Null if never.',
      resolve: async ({ id }, _, { loaders }) => {
        const summaries = await loaders.connectionSummariesOfCompany.load(id);
        return newestSync(summaries);
      },
    }),
    connections: t.field({
      type: [ConnectionType],
      complexity: { field: 1, multiplier: 5 },
      description:
        'Connections of the company, oldest first. A response with too many connections is refused: read them in pages with the query `connections` and its filter `companyId`.',
      args: {
        filter: t.arg({
          type: CompanyConnectionsFilter,
          description: 'Connections to return. All if absent.',
        }),
      },
      resolve: async ({ id }, { filter }, { loaders, countRecords }, info) => {
        const found = await loaders
          .connectionsOfCompany({
            status: filter?.status ?? undefined,
            sourceType: filter?.sourceType ?? undefined,
          })
          .load(id);
        countRecords(found.length, info);
        return found;
      },
    }),
    connectionStatuses: t.field({
      type: [CompanyConnectionStatusEnum],
      description:
        'Statuses of the connections of the company, each listed once. NO_CONNECTIONS if it has none.',
      resolve: async ({ id }, _, { loaders }): Promise<CompanyConnectionStatus[]> => {
        const summaries = await loaders.connectionSummariesOfCompany.load(id);
        const present = connectionStatuses.filter((status) =>
          summaries.some((summary) => summary.status === status),
        );
        return present.length === 0 ? ['NoConnections'] : present;
      },
    }),
    linkUrl: t.string({
      description: linkUrlDescription(
        'URL where people of the company choose a platform and link it.',
      ),
      resolve: ({ id }, _, context) => {
        const code = linkCodeFor(context, { companyId: id, connectionId: null });
        return context.links.ofCompany(id, code);
      },
    }),
  }),
});

/** A page of companies. */
export const CompanyPage = pageType('Company', 'companies', CompanyType);

builder.objectField(ConnectionType, 'company', (t) =>
  t.field({
    type: CompanyType,
    description: 'Company of the connection.',
    resolve: async ({ companyId }, _, { loaders }) => {
      const company = await loaders.company.load(companyId);
      if (company === undefined) throw deletedMeanwhile('company');
      return company;
    },
  }),
);
