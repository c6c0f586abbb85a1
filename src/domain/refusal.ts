import type { z } from 'zod';
import type { Connection } from './connection.ts';
import { refuse, ok, type Result } from './result.ts';
import type { ConnectionAction, RequestableAction } from './status.ts';

/** The company, connection or integration that was named does not exist, was deleted or belongs to another company. */
export interface NotFound {
  readonly kind: 'NotFound';
  readonly what: 'company' | 'connection' | 'integration' | 'API key';
  /** The input field that names it. */
  readonly field: string;
}

/** The connection's status does not permit the action. */
export interface InvalidStatus {
  readonly kind: 'InvalidStatus';
  readonly action: ConnectionAction;
  readonly connection: Connection;
  readonly allowedActions: readonly RequestableAction[];
}

/** The company has another active connection of a source type of which it can have only one. */
export interface ActiveConnectionExists {
  readonly kind: 'ActiveConnectionExists';
  /** The one that is active. */
  readonly connection: Connection;
}

/** There are as many of something as there may be. */
export interface LimitReached {
  readonly kind: 'LimitReached';
  readonly what: 'API keys';
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

/** Says that `what`, named by the input field `field`, does not exist for this caller. */
export function notFound(what: NotFound['what'], field: string): NotFound {
  return { kind: 'NotFound', what, field };
}

/** Says that the value of `field` breaks `rule`. */
export function invalidInput(field: string, rule: string): InvalidInput {
  return { kind: 'InvalidInput', field, rule };
}

/** Checks `value` against a schema; the first rule that it breaks is the refusal. */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): Result<z.output<Schema>, InvalidInput> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  const issue = parsed.error.issues[0];
  return refuse(invalidInput(fieldPath(issue?.path ?? []), issue?.message ?? 'must be valid'));
}

/** Writes a path as it is written in code: `['tags', 2, 'key']` is `tags[2].key`. */
function fieldPath(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
}
