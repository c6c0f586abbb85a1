import type { z } from 'zod';
import type { Connection } from './connection.ts';
import { refuse, ok, type Result } from './result.ts';
import type { ConnectionAction, RequestableAction } from './status.ts';

/** The record that the input names does not exist, was deleted or belongs to another company. */
export interface NotFound {
  readonly kind: 'NotFound';
  readonly what: 'company' | 'connection' | 'integration' | 'API key';
  /** The input field that names the record. */
  readonly field: string;
}

/** The connection's status does not permit the action. */
export interface InvalidStatus {
  readonly kind: 'InvalidStatus';
  readonly action: ConnectionAction;
  readonly connection: Connection;
  readonly allowedActions: readonly RequestableAction[];
}

/** The company has another active connection of a source type that allows only one. */
export interface ActiveConnectionExists {
  readonly kind: 'ActiveConnectionExists';
  /** The connection that is active. */
  readonly connection: Connection;
}

/** The maximum number of records exists already. */
export interface LimitReached {
  readonly kind: 'LimitReached';
  readonly what: 'API keys' | 'connections of one company';
  readonly limit: number;
}

/** The company has so many connections that they are not deleted together with it. */
export interface TooManyConnections {
  readonly kind: 'TooManyConnections';
  /** How many connections a company can have to be deleted. */
  readonly limit: number;
}

/** A value breaks a rule. */
export interface InvalidInput {
  readonly kind: 'InvalidInput';
  /** Path of the field from the input's root, such as `tags[2].key`. */
  readonly field: string;
  /** What the value must be, such as `must be 1 to 200 characters after trimming`. */
  readonly rule: string;
}

/** Returns the refusal that `what`, named by the input field `field`, does not exist for this caller. */
export function notFound(what: NotFound['what'], field: string): NotFound {
  return { kind: 'NotFound', what, field };
}

/** Returns the refusal that a company would have more than `limit` connections. */
export function connectionLimitReached(limit: number): LimitReached {
  return { kind: 'LimitReached', what: 'connections of one company', limit };
}

/** Returns the refusal that the value of `field` breaks `rule`. */
export function invalidInput(field: string, rule: string): InvalidInput {
  return { kind: 'InvalidInput', field, rule };
}

/** Checks `value` against a schema. Returns the parsed value, or the first rule that `value` breaks. */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): Result<z.output<Schema>, InvalidInput> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  const issue = parsed.error.issues[0];
  return refuse(invalidInput(fieldPath(issue?.path ?? []), issue?.message ?? 'must be valid'));
}

/** Formats a path as in code: `['tags', 2, 'key']` becomes `tags[2].key`. */
function fieldPath(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
}
