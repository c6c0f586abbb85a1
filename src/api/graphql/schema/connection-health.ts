import type { CredentialHealth } from '../../../store/credentials.ts';
import { builder } from './builder.ts';

/** Whether the last renewal of credentials succeeded. */
type HealthState = 'ok' | 'failing';

const ConnectionHealthState = builder.enumType('ConnectionHealthState', {
  description: 'Health of the credentials of a connection.',
  values: {
    OK: {
      value: 'ok',
      description:
        'The credentials work, or are assumed to work. The last renewal that was due succeeded.',
    },
    FAILING: {
      value: 'failing',
      description:
        'The last renewal failed for a reason that may be temporary, such as an outage of the platform or its first refusal of the credentials. The gateway retries, and the connection stays LINKED. If the platform refuses the credentials again, 5 minutes or more later, the connection becomes DEAUTHORIZED.',
    },
  } satisfies Record<string, { value: HealthState; description: string }>,
});

/** Health of the credentials of a connection. */
export const ConnectionHealthType = builder
  .objectRef<CredentialHealth>('ConnectionHealth')
  .implement({
    description:
      'Health of the credentials of a LINKED connection. The credentials themselves are never shown.',
    fields: (t) => ({
      state: t.field({
        type: ConnectionHealthState,
        description: 'Whether the last renewal that was due succeeded.',
        resolve: ({ failures }): HealthState => (failures > 0 ? 'failing' : 'ok'),
      }),
      expires: t.expose('expires', {
        type: 'DateTime',
        nullable: true,
        description:
          'Time when the access expires unless it is renewed. The gateway renews it before that time. Null if the platform does not say.',
      }),
      nextRenewal: t.expose('renewAt', {
        type: 'DateTime',
        nullable: true,
        description:
          'Time of the next renewal. Without a refresh token, it is the time when the credentials expire. Null if they never expire.',
      }),
      failingSince: t.expose('failingSince', {
        type: 'DateTime',
        nullable: true,
        description:
          'Time of the first of the consecutive failed renewals. Null if the last renewal did not fail.',
      }),
      failures: t.exposeInt('failures', {
        description: 'Number of consecutive renewals that failed.',
      }),
      reason: t.exposeString('failure', {
        nullable: true,
        description:
          'Reason why the last renewal failed, written for developers. Null if it did not fail.',
      }),
    }),
  });
