/**
 * Why a store cannot be used: another process holds it, its disk is full, it cannot be written, its file was deleted,
 * moved or replaced while it was open, or it is damaged, missing or on a failing disk.
 */
export type Unavailability = 'busy' | 'full' | 'readOnly' | 'moved' | 'unusable';

/** The store cannot be opened or used, for a reason that the operator can act on. The message says which. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
  readonly why: Unavailability;

  constructor(message: string, { why = 'unusable', cause }: UnavailabilityOptions = {}) {
    super(message, { cause });
    this.why = why;
  }
}

interface UnavailabilityOptions {
  readonly why?: Unavailability;
  readonly cause?: unknown;
}
