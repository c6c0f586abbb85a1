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
  description: 'A piece of your own data that you keep on a company.',
  fields: (t) => ({
    key: t.exposeString('key', { description: 'What it says; a company has each key once.' }),
    value: t.exposeString('value', { description: 'The value.' }),
  }),
});

const CompanyConnectionsFilter = builder.inputType('CompanyConnectionsFilter', {
  description:
    'Which connections of a company: all conditions that are given must hold. An empty list matches nothing.',
  fields: (t) => ({
    status: t.field({
      type: [ConnectionStatusEnum],
      description: 'Is in one of these statuses.',
    }),
    sourceType: t.field({
      type: [SourceTypeEnum],
      description: 'Reads from a source of one of these types.',
    }),
  }),
});

/** A business that shares its data. */
export const CompanyType = builder.objectRef<Company>('Company').implement({
  description: 'A business that shares its data with you; typically one of your customers.',
  interfaces: [Node],
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name of the business.' }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'What you noted about it.',
    }),
    tags: t.field({
      type: [TagType],
      description: 'Your own data about it, by key.',
      resolve: ({ id }, _, { loaders }) => loaders.tagsOfCompany.load(id),
    }),
    created: t.expose('created', { type: 'DateTime', description: 'When it was created.' }),
    lastSync: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When data was last read through any of its connections; null if never.',
      resolve: async ({ id }, _, { loaders }) => {
        const summaries = await loaders.connectionSummariesOfCompany.load(id);
        return newestSync(summaries);
      },
    }),
    connections: t.field({
      type: [ConnectionType],
      complexity: { field: 1, multiplier: 5 },
      description: 'Its connections, oldest first.',
      args: {
        filter: t.arg({
          type: CompanyConnectionsFilter,
          description: 'Which connections; all if absent.',
        }),
      },
      resolve: async ({ id }, { filter }, { loaders, countRecords }) => {
        const found = await loaders
          .connectionsOfCompany({
            status: filter?.status ?? undefined,
            sourceType: filter?.sourceType ?? undefined,
          })
          .load(id);
        countRecords(found.length);
        return found;
      },
    }),
    connectionStatuses: t.field({
      type: [CompanyConnectionStatusEnum],
      description: 'The statuses that its connections are in, each once; NO_CONNECTIONS if none.',
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
        "The URL at which the company's people choose a platform and link it.",
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
    description: 'The company that it is of.',
    resolve: async ({ companyId }, _, { loaders }) => {
      const company = await loaders.company.load(companyId);
      if (company === undefined) throw deletedMeanwhile('company');
      return company;
    },
  }),
);
