import type Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { CompanyList } from '../lists/company-list.ts';
import { ConnectionList } from '../lists/connection-list.ts';
import { EventFeed } from '../lists/event-feed.ts';
import { HistoryCounts } from '../lists/history.ts';
import { MatchingLists } from '../matching/matching.ts';
import { StatementDeadline } from '../statements/deadline.ts';
import { onFirstUse } from '../statements/first-use.ts';

/** The methods that read lists, by the name of their call. */
interface ListMethods {
  readonly companyPage: CompanyList['page'];
  readonly companyCount: CompanyList['count'];
  readonly connectionPage: ConnectionList['page'];
  readonly connectionCount: ConnectionList['count'];
  readonly eventPage: EventFeed['page'];
  readonly eventCount: EventFeed['count'];
  readonly historyCounts: HistoryCounts['of'];
  readonly matchingCompanies: MatchingLists['companies'];
  readonly matchingConnections: MatchingLists['connections'];
  readonly matchingIntegrations: MatchingLists['integrations'];
}

/** The name of a call that reads a list. */
export type ListCall = keyof ListMethods;

/** The arguments of a call that reads a list. */
export type ListArguments<Call extends ListCall> = Parameters<ListMethods[Call]>;

/** The result of a call that reads a list. */
export type ListResult<Call extends ListCall> = ReturnType<ListMethods[Call]>;

type Calls = {
  readonly [Call in ListCall]: (...args: ListArguments<Call>) => ListResult<Call>;
};

/** Runs calls that read lists, on this thread or on another. */
export interface ListReader {
  /**
   * Runs one call. Throws `DeadlineError`, or rejects with it, if `performance.now()` exceeds `deadline` (ms) before the
   * result is there.
   */
  run<Call extends ListCall>(
    call: Call,
    args: ListArguments<Call>,
    deadline: number,
  ): ListResult<Call> | Promise<ListResult<Call>>;
}

/** Reads lists on this thread, through one SQLite connection. */
export class Lists implements ListReader {
  readonly #calls: Calls;
  readonly #deadline: StatementDeadline;

  constructor(connection: Database.Database) {
    this.#calls = callsOf(connection);
    this.#deadline = new StatementDeadline(connection);
  }

  run<Call extends ListCall>(
    call: Call,
    args: ListArguments<Call>,
    deadline: number,
  ): ListResult<Call> {
    return this.#deadline.during(deadline, () => this.#calls[call](...args));
  }
}

function callsOf(connection: Database.Database): Calls {
  const db = drizzle(connection);
  const lists = onFirstUse({
    companies: () => new CompanyList(db),
    connections: () => new ConnectionList(db),
    events: () => new EventFeed(db),
    history: () => new HistoryCounts(db),
    matching: () => new MatchingLists(connection),
  });
  return {
    companyPage: (...args) => lists.companies.page(...args),
    companyCount: (...args) => lists.companies.count(...args),
    connectionPage: (...args) => lists.connections.page(...args),
    connectionCount: (...args) => lists.connections.count(...args),
    eventPage: (...args) => lists.events.page(...args),
    eventCount: (...args) => lists.events.count(...args),
    historyCounts: (...args) => lists.history.of(...args),
    matchingCompanies: (...args) => lists.matching.companies(...args),
    matchingConnections: (...args) => lists.matching.connections(...args),
    matchingIntegrations: (...args) => lists.matching.integrations(...args),
  };
}
