import { actorLimits } from '../../../domain/event.ts';
import { canonicalId, type CompanyId, type ConnectionId } from '../../../domain/id.ts';
import { validate } from '../../../domain/refusal.ts';
import { text } from '../../../domain/text-input.ts';
import type { EventFilter } from '../../../store/events.ts';
import { builder } from './builder.ts';
import { CompanyType } from './company.ts';
import { ConnectionType } from './connection.ts';
import { DateTimeRange, rangeArgument } from './date-time.ts';
import { EventTypeEnum } from './enums.ts';
import { EventObject, EventPage } from './event.ts';
import { eventPage } from './event-page.ts';
import { checkedArgument, idArgument } from './faults.ts';
import { pageArguments, pageComplexity } from './page.ts';

builder.objectFields(EventObject, (t) => ({
  companyId: t.exposeID('companyId', { description: 'UUID of the company.' }),
  company: t.field({
    type: CompanyType,
    nullable: true,
    description: 'Company as it is now. Null if it was deleted.',
    resolve: async ({ companyId }, _, { loaders }) =>
      (await loaders.company.load(companyId)) ?? null,
  }),
  connectionId: t.exposeID('connectionId', {
    nullable: true,
    description: 'UUID of the connection. Null if the event is about the company itself.',
  }),
  connection: t.field({
    type: ConnectionType,
    nullable: true,
    description:
      'Connection as it is now. Null if it was deleted, or if the event is about the company itself.',
    resolve: async ({ connectionId }, _, { loaders }) =>
      (connectionId && (await loaders.connection.load(connectionId))) ?? null,
  }),
}));

const EventFilterInput = builder.inputType('EventFilter', {
  description:
    'Filter for events. An event must match all conditions that are given. Events of deleted companies and connections match too.',
  fields: (t) => ({
    types: t.field({
      type: [EventTypeEnum],
      description:
        'Types to match. The event must have one of them. An empty list matches nothing.',
    }),
    companyId: t.id({
      description: 'UUID of the company. It matches events of its connections too.',
    }),
    connectionId: t.id({ description: 'UUID of the connection.' }),
    actor: t.string({
      description: `Source of the event, as in the field \`actor\`. 1 to ${actorLimits.length} characters.`,
    }),
    at: t.field({ type: DateTimeRange, description: 'Time range in which the event happened.' }),
  }),
});

const actor = text({ min: 1, max: actorLimits.length });

/** Validates the filter in the argument `filter`. Throws `BAD_USER_INPUT`. */
function eventFilterArgument(
  given: typeof EventFilterInput.$inferInput | null | undefined,
): EventFilter {
  const { types, companyId, connectionId, at } = given ?? {};
  return {
    types: types ?? undefined,
    companyId: companyId == null ? undefined : idArgument<CompanyId>('filter.companyId', companyId),
    connectionId:
      connectionId == null
        ? undefined
        : idArgument<ConnectionId>('filter.connectionId', connectionId),
    actor:
      given?.actor == null
        ? undefined
        : canonicalId(checkedArgument('filter.actor', validate(actor, given.actor))),
    at: rangeArgument('filter.at', at),
  };
}

builder.queryField('events', (t) =>
  t.field({
    type: EventPage,
    complexity: pageComplexity,
    description:
      'Returns a page of the events of all companies and connections, oldest first, including deleted ones. To read new events, pass the last `endCursor` as `after`: no event is missed or returned twice.',
    args: {
      ...pageArguments,
      filter: t.arg({ type: EventFilterInput, description: 'Events to return. All if absent.' }),
    },
    resolve: (_, { filter, ...page }, { session }) => {
      const wanted = eventFilterArgument(filter);
      return eventPage(
        {
          load: (window) => session.events.page(wanted, window),
          count: () => session.events.count(wanted),
        },
        page,
      );
    },
  }),
);
