import type { IntegrationId, SourceId } from './id.ts';
import type { SourceType } from './source-type.ts';

/** A data source that connections can be made to. */
export interface Integration {
  readonly id: IntegrationId;
  /** The short name that survives a rename of the platform, such as `gbol` for Xero. `null` if an import lacks it. */
  readonly key: string | null;
  readonly name: string;
  readonly sourceType: SourceType;
  /** The information source behind the integration. */
  readonly sourceId: SourceId;
  /** Whether the catalogue or the operator's file has the integration, so that it accepts new connections. */
  readonly enabled: boolean;
}

/** The maximum lengths of an integration's texts, in characters. */
export const integrationLimits = { key: 50, name: 200 } as const;
