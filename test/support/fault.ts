import type { Answer } from './gateway.ts';

/** Returns the code and the argument of a response's only error. Throws if there is not exactly one, or any data. */
export function faultOf({ data, errors }: Answer<Record<string, unknown> | null | undefined>): {
  readonly code: unknown;
  readonly argument: unknown;
} {
  const [error, ...others] = errors;
  const answered = Object.values(data ?? {}).some((field) => field !== null);
  if (error === undefined || others.length > 0 || answered) {
    throw new Error(`not one fault: ${JSON.stringify({ data, errors })}`);
  }
  return { code: error.extensions['code'], argument: error.extensions['argument'] };
}
