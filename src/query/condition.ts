import type { Instant } from '../domain/instant.ts';
import type {
  CompanyProperty,
  ConnectionsProperty,
  ConnectionProperty,
  IntegrationProperty,
} from './properties.ts';

/** How a record's value is compared with a given value. */
export type Operator = '=' | '!=' | '~' | '>' | '<' | '>=' | '<=';

/**
 * A test of one value. `~` means "contains" and compares as a search by name does. `=` and `!=` compare texts
 * exactly. An absent value satisfies only `!=`, which is the negation of `=`.
 */
export type Test =
  | { readonly type: 'text'; readonly operator: '=' | '!=' | '~'; readonly value: string }
  /** The value is an id in lower case, or an enum value in the enum's own spelling. */
  | { readonly type: 'id' | 'enum'; readonly operator: '=' | '!='; readonly value: string }
  | { readonly type: 'boolean'; readonly operator: '=' | '!='; readonly value: boolean }
  | {
      readonly type: 'instant';
      readonly operator: Exclude<Operator, '~'>;
      readonly value: Instant;
    };

/** A test of one property. */
export interface Comparison<Property extends string> {
  readonly kind: 'comparison';
  readonly property: Property;
  readonly test: Test;
}

/** Selects records: a query, checked against the known properties. An empty `and` selects all, an empty `or` none. */
export type Condition<Property extends string> =
  | { readonly kind: 'and' | 'or'; readonly conditions: readonly Condition<Property>[] }
  | Comparison<Property>;

/** A company's tag with this key. Its value is a text, absent if the company has no such tag. */
export type TagProperty = `tags.${string}`;

/**
 * Selects companies. A comparison of a property of `dataConnections` holds if it holds for any live connection of the
 * company; `!=` holds if `=` holds for none. So a company without connections satisfies every `!=`. Different
 * connections can satisfy two such comparisons.
 */
export type CompanyCondition = Condition<CompanyProperty | ConnectionsProperty | TagProperty>;

/** Selects connections of a company. */
export type ConnectionCondition = Condition<ConnectionProperty>;

/** Selects integrations. */
export type IntegrationCondition = Condition<IntegrationProperty>;

/** Returns the condition that all of these hold. An empty list selects everything. */
export function allOf<Property extends string>(
  conditions: readonly Condition<Property>[],
): Condition<Property> {
  const [only, ...others] = conditions;
  return only && others.length === 0 ? only : { kind: 'and', conditions };
}
