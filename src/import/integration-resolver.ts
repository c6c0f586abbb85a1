import type { IntegrationId } from '../domain/id.ts';
import type { Integration } from '../domain/integration.ts';
import type { KnownIntegrations } from './known-integrations.ts';
import type { ConnectionRecord } from './record.ts';

/**
 * Finds the integrations that a company's connections are of. The key decides, since it is what stays the same
 * between this gateway and the system that the record comes from, whose UUIDs are its own; without a known key the
 * UUID does. An integration that is found by neither is added, as one that no new connection can be made to. A connection
 * that is known already stays with its integration as long as the record does not name another one that is known.
 */
export class IntegrationResolver {
  readonly #known: KnownIntegrations;
  readonly #added: Integration[] = [];
  readonly #keyed = new Map<IntegrationId, string>();

  constructor(known: KnownIntegrations) {
    this.#known = known;
  }

  /** `currentId`: of which integration the connection is, if it is known already. */
  async resolve(record: ConnectionRecord, currentId?: IntegrationId): Promise<Integration> {
    const { integrationId, integrationKey } = record;
    const current = currentId && (await this.#ofKnown(record, currentId));
    if (current) return current;
    const found = (await this.#byKey(integrationKey)) ?? (await this.#byId(integrationId));
    if (found === undefined) return this.#add(record);
    this.#learn(found, integrationKey);
    return found;
  }

  /** The integration that a known connection is of, unless the record names another one that is known. */
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
    }
  }

  /** Writes what was added or learned. */
  async save(): Promise<void> {
    for (const integration of this.#added) await this.#known.create(integration);
    for (const [id, key] of this.#keyed) await this.#known.setKey(id, key);
  }

  async #byKey(key: string | null | undefined): Promise<Integration | undefined> {
    if (!key) return undefined;
    for (const [id, learned] of this.#keyed) if (learned === key) return this.#byId(id);
    const stored = await this.#known.byKey(key);
    return stored ?? this.#added.find((integration) => integration.key === key);
  }

  async #byId(id: IntegrationId): Promise<Integration | undefined> {
    const stored = await this.#known.byId(id);
    return stored ?? this.#added.find((integration) => integration.id === id);
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
    this.#added.push(integration);
    return integration;
  }
}
