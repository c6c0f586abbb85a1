import type { IncomingMessage } from 'node:http';
import type { Context } from 'hono';
import type { Limits } from '../limits.ts';
import type { CallerRequest } from '../request-info.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Session } from '../../store/store.ts';

/** Values that Hono passes to the handlers of a request. */
export interface RestEnv {
  readonly Bindings: { readonly incoming: IncomingMessage; readonly info: CallerRequest };
  readonly Variables: {
    /** Store session of this request, with a deadline. */
    readonly session: Session;
    readonly clock: Clock;
    readonly limits: Limits;
  };
}

/** Hono context of a request. */
export type RestContext = Context<RestEnv>;
