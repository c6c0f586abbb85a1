import { situationOf, type Connection } from '../../../domain/connection.ts';
import { scopeLimits } from '../../../domain/granted-scopes.ts';
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

/** Connection of one company to one integration. */
export const ConnectionType = builder.objectRef<Connection>('Connection').implement({
  description:
    'Connection of one company to one integration. Data of the company is read and written through it.',
  interfaces: [Node],
  fields: (t) => ({
    integrationId: t.exposeID('integrationId', {
      description: 'UUID of the integration.',
    }),
    integration: t.field({
      type: IntegrationType,
      description: 'Integration of the connection.',
      resolve: integrationOf,
    }),
    sourceId: t.exposeID('sourceId', {
      description:
        'UUID of the information source. This is the source of the integration, unless linking or an import gave a more specific one, such as a bank.',
    }),
    platformName: t.string({
      description: 'Name of the integration.',
      resolve: (connection, _, context) => {
        const integration = integrationOf(connection, {}, context);
        return integration instanceof Promise
          ? integration.then(({ name }) => name)
          : integration.name;
      },
    }),
    sourceType: t.expose('sourceType', {
      type: SourceTypeEnum,
      description: 'Type of source that the connection reads from.',
    }),
    status: t.expose('status', {
      type: ConnectionStatusEnum,
      description:
        'Status of the connection: whether access is still to be authorized, is authorized, or has ended.',
    }),
    linkUrl: t.string({
      description: linkUrlDescription(
        'URL where people of the company authorize access to their platform.',
      ),
      resolve: ({ id, companyId }, _, context) => {
        const code = linkCodeFor(context, { companyId, connectionId: id });
        return context.links.ofConnection(companyId, id, code);
      },
    }),
    lastSync: t.expose('lastSync', {
      type: 'DateTime',
      nullable: true,
      description: 'Time when data was last read through the connection. Null if never.',
    }),
    created: t.expose('created', {
      type: 'DateTime',
      description: 'Time when the connection was created.',
    }),
    allowedActions: t.field({
      type: [ConnectionActionEnum],
      description:
        'Actions that are allowed now. AUTHORIZE is missing while the company has another active connection of the same source type and may have only one.',
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
        'Health of its credentials. Null if it has none: it is not LINKED, or it was imported without credentials.',
      resolve: async ({ id }, _, { loaders }) => (await loaders.credentialHealth.load(id)) ?? null,
    }),
    grantedScopes: t.stringList({
      nullable: true,
      description: `Scopes that the platform granted when people of the company last linked the connection, or at a later renewal, in alphabetical order. They stay when the access ends. A change is an event. At most ${scopeLimits.scopes}. Null if the scopes are not known: nobody linked the connection at the platform, or the platform has no scopes.`,
      resolve: async ({ id }, _, { loaders }) =>
        (await loaders.grantedScopesOfConnection.load(id)) ?? null,
    }),
    history: t.field({
      type: EventPage,
      complexity: pageComplexity,
      description: 'Events of the connection, oldest first.',
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
  if (integration === undefined) throw new Error(`integration ${id} not found`);
  return integration;
}
