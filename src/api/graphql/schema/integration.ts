import { integrationLimits, type Integration } from '../../../domain/integration.ts';
import { validate } from '../../../domain/refusal.ts';
import { text } from '../../../domain/text.ts';
import { isLinkable } from '../../../linking/flow/linkable.ts';
import { builder } from './builder.ts';
import { SourceTypeEnum } from './enums.ts';
import { checkedArgument } from './faults.ts';
import { Node } from './node.ts';

/** A data source that connections can be made to. */
export const IntegrationType = builder.objectRef<Integration>('Integration').implement({
  description: 'A data source that connections can be made to, such as Xero or Stripe.',
  interfaces: [Node],
  fields: (t) => ({
    key: t.exposeString('key', {
      nullable: true,
      description:
        'Its short name, such as `gbol` for Xero, which stays the same when the platform is renamed. Null if it came with an import that had none.',
    }),
    name: t.exposeString('name', { description: 'The name of the platform.' }),
    sourceType: t.expose('sourceType', {
      type: SourceTypeEnum,
      description: 'What kind of source it reads from.',
    }),
    sourceId: t.exposeID('sourceId', {
      description: 'The UUID of the information source behind it.',
    }),
    enabled: t.boolean({
      description:
        "Whether a company's people can link it: its authorization is known, and the gateway has client credentials for it.",
      resolve: (integration, _, { platforms }) => isLinkable(integration, platforms),
    }),
  }),
});

const IntegrationFilter = builder.inputType('IntegrationFilter', {
  description: 'Which integrations: all conditions that are given must hold.',
  fields: (t) => ({
    key: t.string({ description: `Has this key: 1 to ${integrationLimits.key} characters.` }),
    sourceType: t.field({
      type: [SourceTypeEnum],
      description: 'Reads from a source of one of these types.',
    }),
    enabled: t.boolean({ description: "Can be linked by a company's people, or cannot." }),
  }),
});

builder.queryField('integrations', (t) =>
  t.field({
    type: [IntegrationType],
    description: 'All integrations that match a filter, by name.',
    args: {
      filter: t.arg({ type: IntegrationFilter, description: 'Which integrations; all if absent.' }),
    },
    resolve: async (_, { filter }, { session, platforms }) => {
      const found = await session.integrations.all({
        key: keyArgument('filter.key', filter?.key),
        sourceType: filter?.sourceType ?? undefined,
      });
      const enabled = filter?.enabled ?? undefined;
      // What is enabled is a matter of configuration, which the store does not know; there are few integrations.
      return enabled === undefined
        ? found
        : found.filter((integration) => isLinkable(integration, platforms) === enabled);
    },
  }),
);

const integrationKey = text({ min: 1, max: integrationLimits.key });

/** Reads the key of an integration that a query names in `argument`. */
export function keyArgument(argument: string, key: string | null | undefined): string | undefined {
  return key == null ? undefined : checkedArgument(argument, validate(integrationKey, key));
}
