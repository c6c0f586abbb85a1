import type { Instant } from '../domain/instant.ts';
import type {
  CompanyProperty,
  ConnectionsProperty,
  ConnectionProperty,
  IntegrationProperty,
} from './properties.ts';

/** How a value of a record is compared with a given one. */
export type Operator = '=' | '!=' | '~' | '>' | '<' | '>=' | '<=';

/**
 * What is asked of one value. `~` is "contains", regardless of case as in a search by name; texts are otherwise equal
 * only if they are the same. A value that is absent satisfies `!=` and nothing else: `!=` is what `=` is not.
 */
export type Test =
  | { readonly type: 'text'; readonly operator: '=' | '!=' | '~'; readonly value: string }
  /** The value is an id in lower case, or one of the enum's values as the enum spells it. */
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

/** Which records: what a query says, checked against the properties that there are. `and` of nothing is all of them,
 * `or` of nothing none. */
export type Condition<Property extends string> =
  | { readonly kind: 'and' | 'or'; readonly conditions: readonly Condition<Property>[] }
  | Comparison<Property>;

/** A company's tag of this key, whose value is a text; it is absent where the company has no such tag. */
export type TagProperty = `tags.${string}`;

/**
 * Which companies. A comparison of a property of `dataConnections` holds if it does for any of the company's live
 * connections, and `!=` if `=` does for none: so a company without connections satisfies every `!=`. Two such
 * comparisons may be satisfied by different connections.
 */
export type CompanyCondition = Condition<CompanyProperty | ConnectionsProperty | TagProperty>;

/** Which connections of a company. */
export type ConnectionCondition = Condition<ConnectionProperty>;

/** Which integrations. */
export type IntegrationCondition = Condition<IntegrationProperty>;

/** The condition that all of these hold; of none, it holds for everything. */
export function allOf<Property extends string>(
  conditions: readonly Condition<Property>[],
): Condition<Property> {
  const [only, ...others] = conditions;
  return only && others.length === 0 ? only : { kind: 'and', conditions };
}
