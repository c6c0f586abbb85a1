import { PlatformError } from '../../platforms/platform.ts';
import { StoreUnavailableError } from '../../store/unavailable.ts';
import { VaultError } from '../../vault/vault.ts';

/** Why an attempt to renew or revoke failed. Every failure counts, so that no connection is due for ever. */
export interface AttemptFailure {
  /** What `health` and the history show. */
  readonly reason: string;
  /** Whether the platform says that the grant is not valid. */
  readonly isRefusal: boolean;
  /** Whether the platform has a fault that passes by itself, and that the history does not show. */
  readonly isOutage: boolean;
  /** Whether the gateway has a fault, which belongs in its log. */
  readonly isFault: boolean;
  /** How long the platform asks to wait, in ms; `undefined` if it does not say. */
  readonly retryAfterMs: number | undefined;
}

/** Describes what an attempt failed with. Throws a failure of the store again, in which nothing can be noted. */
export function attemptFailure(error: unknown): AttemptFailure {
  if (error instanceof StoreUnavailableError) throw error;
  const ofPlatform = error instanceof PlatformError ? error : undefined;
  const known = ofPlatform ?? (error instanceof VaultError ? error : undefined);
  return {
    reason: known?.message ?? 'the gateway failed',
    isRefusal: ofPlatform?.failure === 'invalidGrant',
    isOutage: ofPlatform?.failure === 'unavailable',
    isFault: known === undefined,
    retryAfterMs: ofPlatform?.retryAfterMs,
  };
}
