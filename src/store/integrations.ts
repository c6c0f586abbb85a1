import type { IntegrationId } from '../domain/id.ts';
import type { Integration } from '../domain/integration.ts';
import type { SourceType } from '../domain/source-type.ts';
import type { IntegrationCondition } from '../query/condition.ts';
import type { IntegrationProperty } from '../query/properties.ts';
import type { Matches, Order, Slice } from './lists.ts';

/** Which integrations. */
export interface IntegrationFilter {
  readonly key?: string | undefined;
  readonly sourceType?: readonly SourceType[] | undefined;
  readonly enabled?: boolean | undefined;
}

/** Reads integrations, of which there are few. */
export interface IntegrationReader {
  byIds(ids: readonly IntegrationId[]): Promise<Integration[]>;
  /** All that the filter matches, by name. */
  all(filter: IntegrationFilter): Promise<Integration[]>;
  /** What matches a condition, in any order: an absent value comes before all others; ties by id. */
  matching(
    condition: IntegrationCondition,
    order: Order<IntegrationProperty>,
    slice: Slice,
  ): Promise<Matches<Integration>>;
}

/** Changes integrations. */
export interface IntegrationWriter extends IntegrationReader {
  create(integration: Integration): Promise<void>;
  setKey(id: IntegrationId, key: string): Promise<void>;
}
