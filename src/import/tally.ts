import type { CompanyOutcome, Outcome } from './import-company.ts';

/** How many records of one kind were created, updated, left as they were, and refused. */
export type Counts = Record<Outcome | 'refused', number>;

/** What an import did. */
export interface ImportSummary {
  readonly companies: Readonly<Counts>;
  /** The connections of a refused company count as refused. */
  readonly connections: Readonly<Counts>;
  /** How it ended; `nothing imported` is a strict import's end if any record was refused, or if it was stopped. */
  readonly ending: 'complete' | 'interrupted' | 'nothing imported';
}

/** Counts what becomes of records. */
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

  /** What was counted as done was undone. */
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
