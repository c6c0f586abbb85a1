import type { Event } from '../../../domain/event.ts';
import { builder } from './builder.ts';
import { ConnectionStatusEnum, EventTypeEnum } from './enums.ts';
import { pageType } from './page.ts';

/** A change of a company or of a connection. */
export const EventObject = builder.objectRef<Event>('Event').implement({
  description:
    'Change of a company or of a connection, or a failed attempt to authorize a connection. Events never change.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'UUID of the event. Later events have larger UUIDs.' }),
    type: t.expose('type', { type: EventTypeEnum, description: 'Type of the event.' }),
    fromStatus: t.expose('fromStatus', {
      type: ConnectionStatusEnum,
      nullable: true,
      description:
        'Status of the connection before the event. Null if the connection was created, if an attempt failed, or if the event is about a company.',
    }),
    toStatus: t.expose('toStatus', {
      type: ConnectionStatusEnum,
      nullable: true,
      description:
        'Status of the connection after the event. Null if the connection was deleted, if an attempt failed, or if the event is about a company.',
    }),
    actor: t.exposeString('actor', {
      description:
        'Source of the event: the UUID of an API key, `anonymous` for a request without an API key, `import` for an import, `link` for the company itself, or `provider` for the platform.',
    }),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'Reason for the event. Null if it is not known.',
    }),
    at: t.expose('at', { type: 'DateTime', description: 'Time when the event happened.' }),
  }),
});

/** A page of events. */
export const EventPage = pageType('Event', 'events', EventObject);
