import { inspect } from 'node:util';
import { ConfigError } from '../../config/config.ts';
import { StoreUnavailableError } from '../../store/unavailable.ts';

/** Processes of the gateway ended, or could not start; the message says all. */
export class WorkersFailedError extends Error {
  override readonly name = 'WorkersFailedError';
}

/** What is said on the terminal of an error that ends the program: all of it, unless its message says all. */
export function describeFailure(error: unknown): string {
  const expected =
    error instanceof ConfigError ||
    error instanceof StoreUnavailableError ||
    error instanceof WorkersFailedError ||
    isSystemError(error);
  return expected ? (error as Error).message : inspect(error);
}

/** An error of the operating system, such as a port that is taken or a file that is missing; its message says all. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
