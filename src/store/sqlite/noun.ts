import type { Calls } from '../calls.ts';

/** The calls about one kind of record: its statements, prepared once for a connection, and how calls are run. */
export abstract class Noun<Statements> {
  protected readonly statements: Statements;
  protected readonly calls: Calls;

  constructor(statements: Statements, calls: Calls) {
    this.statements = statements;
    this.calls = calls;
  }
}
