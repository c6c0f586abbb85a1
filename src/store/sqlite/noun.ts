import type { Calls } from '../calls.ts';

/**
 * Base class for one kind of record. Holds its statements, prepared once for each database connection, and the object
 * that runs its calls.
 */
export abstract class Noun<Statements> {
  protected readonly statements: Statements;
  protected readonly calls: Calls;

  constructor(statements: Statements, calls: Calls) {
    this.statements = statements;
    this.calls = calls;
  }
}
