import type { IntegrationId } from '../../../domain/id.ts';
import type { Integration } from '../../../domain/integration.ts';
import type { SharedSnapshot } from './shared-snapshot.ts';

/** The integrations that were read, for as long as nobody, in any process, has changed anything in the database. */
export class KnownIntegrations {
  readonly #snapshot: SharedSnapshot;
  readonly #known = new Map<IntegrationId, Integration>();
  #version: number | undefined;

  constructor(snapshot: SharedSnapshot) {
    this.#snapshot = snapshot;
  }

  get(id: IntegrationId): Integration | undefined {
    // Without a snapshot that others share there is no telling without a read.
    const { version } = this.#snapshot;
    return version !== undefined && version === this.#version ? this.#known.get(id) : undefined;
  }

  /** Keeps what was just read. */
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
