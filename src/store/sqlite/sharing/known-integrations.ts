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

  /** Those with these ids; `undefined` if any of them has to be read. */
  all(ids: readonly IntegrationId[]): Integration[] | undefined {
    // Without a snapshot that others share there is no telling without a read.
    const { version } = this.#snapshot;
    if (version === undefined || version !== this.#version) return undefined;
    const found: Integration[] = [];
    for (const id of ids) {
      const integration = this.#known.get(id);
      if (integration === undefined) return undefined;
      found.push(integration);
    }
    return found;
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
