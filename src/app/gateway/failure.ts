import { inspect } from 'node:util';
import { ConfigError } from '../../config/config.ts';
import { StoreUnavailableError } from '../../store/unavailable.ts';

/** Processes of the gateway ended, or could not start. The message is enough to explain it. */
export class WorkersFailedError extends Error {
  override readonly name = 'WorkersFailedError';
}

/** Returns the text to print for an error that ends the program: its message if that is enough, else all details. */
export function describeFailure(error: unknown): string {
  const expected =
    error instanceof ConfigError ||
    error instanceof StoreUnavailableError ||
    error instanceof WorkersFailedError ||
    isSystemError(error);
  return expected ? (error as Error).message : inspect(error);
}

/** Reports whether this is an operating system error, such as a port in use, whose message is enough. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
