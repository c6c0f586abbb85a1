import type { CredentialHealth } from '../../../store/credentials.ts';
import { builder } from './builder.ts';

/** Whether the last renewal of credentials succeeded. */
type HealthState = 'ok' | 'failing';

const ConnectionHealthState = builder.enumType('ConnectionHealthState', {
  description: "How well a connection's credentials are.",
  values: {
    OK: {
      value: 'ok',
      description: 'They work, or are taken to: they were renewed the last time that it was due.',
    },
    FAILING: {
      value: 'failing',
      description:
        'They could not be renewed, for a reason that may pass, such as an outage of the platform. It is tried again; the connection stays LINKED.',
    },
  } satisfies Record<string, { value: HealthState; description: string }>,
});

/** How well a connection's credentials are. */
export const ConnectionHealthType = builder
  .objectRef<CredentialHealth>('ConnectionHealth')
  .implement({
    description:
      'How well the credentials of a LINKED connection are. They themselves are never shown.',
    fields: (t) => ({
      state: t.field({
        type: ConnectionHealthState,
        description: 'Whether they could be renewed the last time that it was due.',
        resolve: ({ failures }): HealthState => (failures > 0 ? 'failing' : 'ok'),
      }),
      expires: t.expose('expires', {
        type: 'DateTime',
        nullable: true,
        description:
          'When the access that they give expires, unless they are renewed, which is done before; null if the platform does not say.',
      }),
      nextRenewal: t.expose('renewAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When they are to be renewed next; null if never.',
      }),
      failingSince: t.expose('failingSince', {
        type: 'DateTime',
        nullable: true,
        description: 'Since when they could not be renewed; null if they could.',
      }),
      failures: t.exposeInt('failures', {
        description: 'How many attempts in a row to renew them have failed.',
      }),
      reason: t.exposeString('failure', {
        nullable: true,
        description:
          'Why the last attempt failed, in a sentence for developers; null if it did not.',
      }),
    }),
  });
