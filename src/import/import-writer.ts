import type { Company } from '../domain/company.ts';
import type { CompanyChanges } from '../domain/company-input.ts';
import type { Connection } from '../domain/connection.ts';
import type { Cause } from '../domain/event.ts';
import type { SourceId } from '../domain/id.ts';
import type { Instant } from '../domain/instant.ts';
import type { Move } from '../domain/status.ts';
import type { CompanyWithTags } from '../store/companies.ts';
import type { StoreTransactor } from '../store/store.ts';

/** The actor of an import's changes. */
export const importActor = 'import';

/**
 * Updates existing records at once, and collects new ones until `createAll`. Lookups before that do not find the new
 * records. Updates come first because they make room for the new records.
 */
export class ImportWriter {
  readonly #tx: StoreTransactor;
  readonly #cause: Cause;
  readonly #companies: CompanyWithTags[] = [];
  readonly #connections: Connection[] = [];

  constructor(tx: StoreTransactor, now: Instant) {
    this.#tx = tx;
    this.#cause = { actor: importActor, at: now };
  }

  createCompany(company: CompanyWithTags): void {
    this.#companies.push(company);
  }

  async updateCompany(company: Company, changes: CompanyChanges): Promise<void> {
    await this.#tx.companies.update(company, changes, this.#cause);
  }

  createConnection(connection: Connection): void {
    this.#connections.push(connection);
  }

  async moveConnection(connection: Connection, move: Move): Promise<void> {
    await this.#tx.connections.move(connection, move, this.#cause);
  }

  async updateConnection(
    connection: Connection,
    changes: { readonly sourceId: SourceId; readonly lastSync: Instant | null },
  ): Promise<void> {
    await this.#tx.connections.update(connection, changes, this.#cause);
  }

  /** Creates the collected records. */
  async createAll(): Promise<void> {
    await this.#tx.companies.createAll(this.#companies.splice(0), this.#cause);
    await this.#tx.connections.createAll(this.#connections.splice(0), this.#cause);
  }
}
