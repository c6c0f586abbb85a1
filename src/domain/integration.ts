import type { IntegrationId, SourceId } from './id.ts';
import type { SourceType } from './source-type.ts';

/** A data source that connections can be made to. */
export interface Integration {
  readonly id: IntegrationId;
  /** The short name that stays the same when the platform is renamed, such as `gbol` for Xero; imports may lack it. */
  readonly key: string | null;
  readonly name: string;
  readonly sourceType: SourceType;
  /** The information source behind it. */
  readonly sourceId: SourceId;
  /** Whether it is of the catalogue, so that new connections to it can be made; an import may bring others. */
  readonly enabled: boolean;
}

/** How long an integration's texts may be, in characters. */
export const integrationLimits = { key: 50, name: 200 } as const;
