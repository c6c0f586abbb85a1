import type { IntegrationId } from '../../../domain/id.ts';
import type { Integration } from '../../../domain/integration.ts';
import type { SharedSnapshot } from './shared-snapshot.ts';

/** A cache of integrations, valid until any process changes anything in the database. */
export class KnownIntegrations {
  readonly #snapshot: SharedSnapshot;
  readonly #known = new Map<IntegrationId, Integration>();
  #version: number | undefined;

  constructor(snapshot: SharedSnapshot) {
    this.#snapshot = snapshot;
  }

  get(id: IntegrationId): Integration | undefined {
    // Without a shared snapshot, only a read can show whether anything changed.
    const { version } = this.#snapshot;
    return version !== undefined && version === this.#version ? this.#known.get(id) : undefined;
  }

  /** Caches integrations that were just read. */
  add(integrations: readonly Integration[]): void {
    const { version } = this.#snapshot;
    if (version === undefined) return;
    if (version !== this.#version) {
      this.#known.clear();
      this.#version = version;
    }
    for (const integration of integrations) this.#known.set(integration.id, integration);
  }
}
