import type { CompanyOutcome, Outcome } from './import-company.ts';

/** The number of records of one kind that were created, updated, unchanged and refused. */
export type Counts = Record<Outcome | 'refused', number>;

/** The result of an import. */
export interface ImportSummary {
  readonly companies: Readonly<Counts>;
  /** The connections of a refused company count as refused. */
  readonly connections: Readonly<Counts>;
  /** How it ended. A strict import ends with `nothing imported` if any record was refused or it was stopped. */
  readonly ending: 'complete' | 'interrupted' | 'nothing imported';
}

/** Counts the results of records. */
export class ImportTally {
  readonly #companies = noCounts();
  readonly #connections = noCounts();

  add({ company, connections }: CompanyOutcome): void {
    this.#companies[company] += 1;
    for (const connection of connections) this.#connections[connection] += 1;
  }

  addRefused(connections: number): void {
    this.#companies.refused += 1;
    this.#connections.refused += connections;
  }

  get anyRefused(): boolean {
    return this.#companies.refused > 0;
  }

  /** Returns the summary after a rollback: nothing was created or updated. */
  nothingImported(): ImportSummary {
    const undone = { created: 0, updated: 0 };
    return {
      companies: { ...this.#companies, ...undone },
      connections: { ...this.#connections, ...undone },
      ending: 'nothing imported',
    };
  }

  summary(ending: ImportSummary['ending'] = 'complete'): ImportSummary {
    return {
      companies: { ...this.#companies },
      connections: { ...this.#connections },
      ending,
    };
  }
}

function noCounts(): Counts {
  return { created: 0, updated: 0, unchanged: 0, refused: 0 };
}
