import type { ConnectionEvent } from '../../../domain/event.ts';
import { builder } from './builder.ts';
import { ConnectionStatusEnum, EventTypeEnum } from './enums.ts';
import { pageType } from './page.ts';

const EventObject = builder.objectRef<ConnectionEvent>('Event').implement({
  description: 'Event of a connection. Events never change.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'UUID of the event. Later events have larger UUIDs.' }),
    type: t.expose('type', { type: EventTypeEnum, description: 'Type of the event.' }),
    fromStatus: t.expose('fromStatus', {
      type: ConnectionStatusEnum,
      nullable: true,
      description: 'Status before the event. Null if the connection was created.',
    }),
    toStatus: t.expose('toStatus', {
      type: ConnectionStatusEnum,
      nullable: true,
      description: 'Status after the event. Null if the connection was deleted.',
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
