import type { InvalidInput } from '../domain/refusal.ts';
import type { Result } from '../domain/result.ts';
import type { Condition, TagProperty } from './condition.ts';
import type { Properties } from './properties.ts';

/**
 * Reads a query; a blank one asks for everything. The refusal's field is `query`, and its rule says where the query is
 * wrong.
 */
export function parseQuery<Property extends string>(
  text: string,
  properties: Properties<Property>,
): Result<Condition<Property>, InvalidInput> {
  throw new Error(`not yet: ${text} ${String(properties)}`);
}

/** Reads a query of tags, in which a tag's key stands where `parseQuery` has a property; the refusal's field is `tags`. */
export function parseTags(text: string): Result<Condition<TagProperty>, InvalidInput> {
  throw new Error(`not yet: ${text}`);
}
