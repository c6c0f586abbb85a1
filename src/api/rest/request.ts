import type { Context } from 'hono';
import type { CallerRequest } from '../request-info.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Session } from '../../store/store.ts';

/** What goes along with a request. */
export interface RestEnv {
  readonly Bindings: { readonly info: CallerRequest };
  readonly Variables: {
    /** The store for this request, which serves it for a limited time. */
    readonly session: Session;
    readonly clock: Clock;
  };
}

/** A request that is being answered. */
export type RestContext = Context<RestEnv>;
