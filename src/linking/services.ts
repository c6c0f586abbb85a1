import type { Clock } from '../domain/clock.ts';
import type { Platforms } from '../platforms/platform.ts';
import type { Session } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';
import type { RedirectOptions } from './redirect/redirects.ts';

/** The services that linking needs. */
export interface LinkingServices {
  readonly store: Session;
  readonly vault: Vault;
  readonly platforms: Platforms;
  readonly clock: Clock;
}

/** The services that the link pages need. */
export interface LinkPageServices extends LinkingServices {
  /** The maximum number of connections of one company. */
  readonly maxConnections: number;
  readonly redirects: RedirectOptions;
}

/** The actor of events that a company's people cause on the link pages. */
export const linkActor = 'link';
/** The actor of events that the platform causes. */
export const providerActor = 'provider';
