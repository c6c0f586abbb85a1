import { situationOf, type Connection } from '../../../domain/connection.ts';
import type { IntegrationId } from '../../../domain/id.ts';
import type { Integration } from '../../../domain/integration.ts';
import { isExclusive } from '../../../domain/source-type.ts';
import { allowedActions } from '../../../domain/status.ts';
import { builder } from './builder.ts';
import type { GraphQLContext } from './context.ts';
import type { Loaders } from './loaders.ts';
import { ConnectionActionEnum, ConnectionStatusEnum, SourceTypeEnum } from './enums.ts';
import { ConnectionHealthType } from './connection-health.ts';
import { EventPage } from './event.ts';
import { historyPage } from './history.ts';
import { IntegrationType } from './integration.ts';
import { linkCodeFor, linkUrlDescription } from './link.ts';
import { Node } from './node.ts';
import { pageArguments, pageComplexity, pageType } from './page.ts';

/** One company's connection to one integration. */
export const ConnectionType = builder.objectRef<Connection>('Connection').implement({
  description:
    "One company's connection to one integration, through which the company's data is read and written.",
  interfaces: [Node],
  fields: (t) => ({
    integrationId: t.exposeID('integrationId', {
      description: 'The id of the integration, a UUID.',
    }),
    integration: t.field({
      type: IntegrationType,
      description: 'The integration that it is a connection to.',
      resolve: integrationOf,
    }),
    sourceId: t.exposeID('sourceId', {
      description:
        "The UUID of the information source: the integration's own, unless linking or an import said more, such as which bank.",
    }),
    platformName: t.string({
      description: 'The name of the integration.',
      resolve: (connection, _, context) => {
        const integration = integrationOf(connection, {}, context);
        return integration instanceof Promise
          ? integration.then(({ name }) => name)
          : integration.name;
      },
    }),
    sourceType: t.expose('sourceType', {
      type: SourceTypeEnum,
      description: 'What kind of source it reads from.',
    }),
    status: t.expose('status', {
      type: ConnectionStatusEnum,
      description:
        'How far it has come: whether the company has yet to authorize access, data can be read and written through it, or access has ended.',
    }),
    linkUrl: t.string({
      description: linkUrlDescription(
        "The URL at which the company's people authorize access to their platform.",
      ),
      resolve: ({ id, companyId }, _, context) => {
        const code = linkCodeFor(context, { companyId, connectionId: id });
        return context.links.ofConnection(companyId, id, code);
      },
    }),
    lastSync: t.expose('lastSync', {
      type: 'DateTime',
      nullable: true,
      description: 'When data was last read through it; null if never.',
    }),
    created: t.expose('created', { type: 'DateTime', description: 'When it was created.' }),
    allowedActions: t.field({
      type: [ConnectionActionEnum],
      description:
        'What can be asked of it now. AUTHORIZE is absent while the company has another active connection of a source type of which it can have only one.',
      resolve: async (connection, _, { loaders }) => {
        const active = isExclusive(connection.sourceType)
          ? await loaders.activeConnectionsOfCompany.load(connection.companyId)
          : [];
        return allowedActions(situationOf(connection, active));
      },
    }),
    health: t.field({
      type: ConnectionHealthType,
      nullable: true,
      description:
        'How well its credentials are; null if it has none: because it is not LINKED, or was imported without.',
      resolve: async ({ id }, _, { loaders }) => (await loaders.credentialHealth.load(id)) ?? null,
    }),
    history: t.field({
      type: EventPage,
      complexity: pageComplexity,
      description: 'What happened to it, oldest first.',
      args: pageArguments,
      resolve: historyPage,
    }),
  }),
});

/** A page of connections. */
export const ConnectionPage = pageType('Connection', 'connections', ConnectionType);

function integrationOf(
  { integrationId }: Connection,
  _: unknown,
  { integrationAtHand, loaders }: GraphQLContext,
): Integration | Promise<Integration> {
  return integrationAtHand(integrationId) ?? readIntegration(integrationId, loaders);
}

async function readIntegration(id: IntegrationId, loaders: Loaders): Promise<Integration> {
  const integration = await loaders.integration.load(id);
  if (integration === undefined) throw new Error(`no integration ${id}`);
  return integration;
}
