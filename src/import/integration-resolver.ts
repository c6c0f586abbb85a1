import type { IntegrationId } from '../domain/id.ts';
import type { Integration } from '../domain/integration.ts';
import type { KnownIntegrations } from './known-integrations.ts';
import type { ConnectionRecord } from './record.ts';

/**
 * Finds the integrations of a company's connections. The key decides, because it is the same in this gateway and in the
 * system that the record comes from, whose UUIDs are its own. Without a known key, the UUID decides. If neither is
 * known, the integration is added as disabled, so that no new connection can use it. A known connection keeps its
 * integration unless the record names another known one.
 */
export class IntegrationResolver {
  readonly #known: KnownIntegrations;
  readonly #added = new Map<IntegrationId, Integration>();
  readonly #addedByKey = new Map<string, Integration>();
  readonly #keyed = new Map<IntegrationId, string>();
  readonly #keyedByKey = new Map<string, IntegrationId>();

  constructor(known: KnownIntegrations) {
    this.#known = known;
  }

  /** Resolves the integration of a record. `currentId` is the connection's integration if the connection is known. */
  async resolve(record: ConnectionRecord, currentId?: IntegrationId): Promise<Integration> {
    const { integrationId, integrationKey } = record;
    const current = currentId && (await this.#ofKnown(record, currentId));
    if (current) return current;
    const found = (await this.#byKey(integrationKey)) ?? (await this.#byId(integrationId));
    if (found === undefined) return this.#add(record);
    this.#learn(found, integrationKey);
    return found;
  }

  /** Returns a known connection's integration, unless the record names another known integration. */
  async #ofKnown(record: ConnectionRecord, id: IntegrationId): Promise<Integration | undefined> {
    const { integrationId, integrationKey } = record;
    const current = await this.#byId(id);
    const ofKey = await this.#byKey(integrationKey);
    if (integrationId === id) {
      if (current && !ofKey) this.#learn(current, integrationKey);
      return current;
    }
    const named = ofKey ?? (await this.#byId(integrationId));
    return named === undefined || named.id === id ? current : undefined;
  }

  #learn(found: Integration, integrationKey: string | null | undefined) {
    if (found.key === null && integrationKey && !this.#keyed.has(found.id)) {
      this.#keyed.set(found.id, integrationKey);
      this.#keyedByKey.set(integrationKey, found.id);
    }
  }

  /** Saves added integrations and learned keys. */
  async save(): Promise<void> {
    for (const integration of this.#added.values()) await this.#known.create(integration);
    for (const [id, key] of this.#keyed) await this.#known.setKey(id, key);
  }

  async #byKey(key: string | null | undefined): Promise<Integration | undefined> {
    if (!key) return undefined;
    const keyed = this.#keyedByKey.get(key);
    if (keyed !== undefined) return this.#byId(keyed);
    return (await this.#known.byKey(key)) ?? this.#addedByKey.get(key);
  }

  async #byId(id: IntegrationId): Promise<Integration | undefined> {
    return (await this.#known.byId(id)) ?? this.#added.get(id);
  }

  #add(record: ConnectionRecord): Integration {
    const integration: Integration = {
      id: record.integrationId,
      key: record.integrationKey ?? null,
      name: record.platformName,
      sourceType: record.sourceType,
      sourceId: record.sourceId,
      enabled: false,
    };
    this.#added.set(integration.id, integration);
    if (integration.key !== null) this.#addedByKey.set(integration.key, integration);
    return integration;
  }
}
