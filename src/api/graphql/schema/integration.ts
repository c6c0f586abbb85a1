import { integrationLimits, type Integration } from '../../../domain/integration.ts';
import { validate } from '../../../domain/refusal.ts';
import { text } from '../../../domain/text-input.ts';
import { isLinkable } from '../../../linking/flow/linkable.ts';
import { builder } from './builder.ts';
import { SourceTypeEnum } from './enums.ts';
import { checkedArgument } from './faults.ts';
import { Node } from './node.ts';

/** A data source that connections can be made to. */
export const IntegrationType = builder.objectRef<Integration>('Integration').implement({
  description: 'Data source that companies can connect to, such as Xero or Stripe.',
  interfaces: [Node],
  fields: (t) => ({
    key: t.exposeString('key', {
      nullable: true,
      description:
        'Short name of the integration, such as `gbol` for Xero. It stays the same if the platform is renamed. Null if an import created the integration without a key.',
    }),
    name: t.exposeString('name', { description: 'Name of the platform.' }),
    sourceType: t.expose('sourceType', {
      type: SourceTypeEnum,
      description: 'Type of source that the integration reads from.',
    }),
    sourceId: t.exposeID('sourceId', {
      description: 'UUID of the information source of the integration.',
    }),
    logoUrl: t.string({
      description:
        'URL of a square image for lists, as SVG. Needs no API key. It shows the first letter of the name, because logos of platforms are trademarks.',
      resolve: ({ name }, _, { logoUrlOf }) => logoUrlOf(name),
    }),
    enabled: t.boolean({
      description:
        'Whether people of a company can link the integration. True if the gateway supports its authorization and has client credentials for it.',
      resolve: (integration, _, { platforms }) => isLinkable(integration, platforms),
    }),
  }),
});

const IntegrationFilter = builder.inputType('IntegrationFilter', {
  description: 'Filter for integrations. An integration must match all conditions that are given.',
  fields: (t) => ({
    key: t.string({
      description: `Key of the integration. 1 to ${integrationLimits.key} characters.`,
    }),
    sourceType: t.field({
      type: [SourceTypeEnum],
      description: 'Source types to match. The integration must have one of them.',
    }),
    enabled: t.boolean({ description: 'Whether people of a company can link the integration.' }),
  }),
});

builder.queryField('integrations', (t) =>
  t.field({
    type: [IntegrationType],
    description: 'Returns all integrations that match a filter, sorted by name.',
    args: {
      filter: t.arg({
        type: IntegrationFilter,
        description: 'Integrations to return. All if absent.',
      }),
    },
    resolve: async (_, { filter }, { session, platforms }) => {
      const found = await session.integrations.all({
        key: keyArgument('filter.key', filter?.key),
        sourceType: filter?.sourceType ?? undefined,
      });
      const enabled = filter?.enabled ?? undefined;
      // Filtered here, because the store does not know the configuration. There are few integrations.
      return enabled === undefined
        ? found
        : found.filter((integration) => isLinkable(integration, platforms) === enabled);
    },
  }),
);

const integrationKey = text({ min: 1, max: integrationLimits.key });

/** Validates the integration key in `argument`. Throws `BAD_USER_INPUT`. */
export function keyArgument(argument: string, key: string | null | undefined): string | undefined {
  return key == null ? undefined : checkedArgument(argument, validate(integrationKey, key));
}
