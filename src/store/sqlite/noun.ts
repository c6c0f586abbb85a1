import type { Calls } from '../calls.ts';
import type { ListArguments, ListCall, ListReader } from './threads/lists.ts';

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

/** Base of the classes for kinds of records that have lists. */
export abstract class ListedNoun<
  Statements extends { readonly lists: ListReader },
> extends Noun<Statements> {
  /** Runs one call that reads a list. */
  protected list<Call extends ListCall>(call: Call, ...args: ListArguments<Call>) {
    return this.calls.run(call, (deadline) => this.statements.lists.run(call, args, deadline));
  }
}
