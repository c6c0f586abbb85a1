/** The kinds of faults that a check can find. */
export type FindingKind =
  | 'damage'
  | 'schema'
  | 'reference'
  | 'company'
  | 'status'
  | 'history'
  | 'search'
  | 'total'
  | 'credentials';

/** The faults of one kind. All are counted; the first are kept. */
export interface FindingsOfKind {
  readonly kind: FindingKind;
  readonly count: number;
  readonly first: readonly string[];
}

const kept = 20;

/** Collects the findings of a check, in bounded memory. */
export class Findings {
  readonly #byKind = new Map<FindingKind, { count: number; first: string[] }>();

  add(kind: FindingKind, what: string): void {
    const findings = this.#byKind.get(kind) ?? { count: 0, first: [] };
    this.#byKind.set(kind, findings);
    findings.count += 1;
    // SQLite reports some faults in several lines.
    if (findings.first.length < kept) findings.first.push(what.replaceAll(/\s*\n\s*/g, '; '));
  }

  has(kind: FindingKind): boolean {
    return this.#byKind.has(kind);
  }

  all(): readonly FindingsOfKind[] {
    return [...this.#byKind].map(([kind, { count, first }]) => ({ kind, count, first }));
  }
}
