import type { Clock } from '../domain/clock.ts';
import type { Platforms } from '../platforms/platform.ts';
import type { Session } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';

/** What linking works with. */
export interface LinkingServices {
  readonly store: Session;
  readonly vault: Vault;
  readonly platforms: Platforms;
  readonly clock: Clock;
}

/** Who causes what a company's people do on the link pages. */
export const linkActor = 'link';
/** Who causes what the platform does by itself. */
export const providerActor = 'provider';
