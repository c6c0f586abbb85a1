import type { ConnectionEvent } from '../../../domain/event.ts';
import { builder } from './builder.ts';
import { ConnectionStatusEnum, EventTypeEnum } from './enums.ts';
import { pageType } from './page.ts';

const EventObject = builder.objectRef<ConnectionEvent>('Event').implement({
  description: 'Something that happened to a connection. Events never change.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'A UUID; later events have larger ones.' }),
    type: t.expose('type', { type: EventTypeEnum, description: 'What happened.' }),
    fromStatus: t.expose('fromStatus', {
      type: ConnectionStatusEnum,
      nullable: true,
      description: 'The status before; null if the connection was created.',
    }),
    toStatus: t.expose('toStatus', {
      type: ConnectionStatusEnum,
      nullable: true,
      description: 'The status after; null if the connection was deleted.',
    }),
    actor: t.exposeString('actor', {
      description:
        'Who caused it: `anonymous` for a request without an API key, `import`, `link` for the company itself, `provider` for the platform.',
    }),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'Why it happened, where that is known.',
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When it happened.' }),
  }),
});

/** A page of events. */
export const EventPage = pageType('Event', 'events', EventObject);
