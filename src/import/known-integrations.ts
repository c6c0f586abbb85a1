import type { IntegrationId } from '../domain/id.ts';
import type { Integration } from '../domain/integration.ts';
import type { StoreTransactor } from '../store/store.ts';

/** Caches the store's integrations during a transaction, in which no other writer changes them. */
export class KnownIntegrations {
  readonly #tx: StoreTransactor;
  readonly #byKey = new Map<string, Integration | undefined>();
  readonly #byId = new Map<IntegrationId, Integration | undefined>();

  constructor(tx: StoreTransactor) {
    this.#tx = tx;
  }

  async byKey(key: string): Promise<Integration | undefined> {
    if (!this.#byKey.has(key)) this.#byKey.set(key, (await this.#tx.integrations.all({ key }))[0]);
    return this.#byKey.get(key);
  }

  async byId(id: IntegrationId): Promise<Integration | undefined> {
    if (!this.#byId.has(id)) this.#byId.set(id, (await this.#tx.integrations.byIds([id]))[0]);
    return this.#byId.get(id);
  }

  async create(integration: Integration): Promise<void> {
    await this.#tx.integrations.create(integration);
    this.#note(integration);
  }

  async setKey(id: IntegrationId, key: string): Promise<void> {
    const integration = await this.byId(id);
    await this.#tx.integrations.setKey(id, key);
    if (integration) this.#note({ ...integration, key });
  }

  #note(integration: Integration): void {
    this.#byId.set(integration.id, integration);
    if (integration.key !== null) this.#byKey.set(integration.key, integration);
  }
}
