import type { IntegrationId } from '../domain/id.ts';
import type { Integration } from '../domain/integration.ts';
import type { SourceType } from '../domain/source-type.ts';
import type { IntegrationCondition } from '../query/condition.ts';
import type { IntegrationProperty } from '../query/properties.ts';
import type { Matches, Order, Slice } from './lists.ts';

/** A filter for integrations. */
export interface IntegrationFilter {
  readonly key?: string | undefined;
  readonly sourceType?: readonly SourceType[] | undefined;
  readonly enabled?: boolean | undefined;
}

/** Reads integrations. There are few of them. */
export interface IntegrationReader {
  byIds(ids: readonly IntegrationId[]): Promise<Integration[]>;
  /** Returns all integrations that match the filter, sorted by name. */
  all(filter: IntegrationFilter): Promise<Integration[]>;
  /**
   * Returns the integrations that match a condition. An absent value sorts before all others; ties are sorted by id.
   */
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
  /** Lets an integration accept new connections, under this name. */
  enable(id: IntegrationId, name: string): Promise<void>;
}
