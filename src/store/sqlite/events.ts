import type { drizzle } from 'drizzle-orm/better-sqlite3';
import type { Connection } from '../../domain/connection.ts';
import type { Cause } from '../../domain/event.ts';
import type { ConnectionId } from '../../domain/id.ts';
import type { EventFilter, EventReader, EventWriter } from '../events.ts';
import type { Window } from '../lists.ts';
import type { Calls } from '../calls.ts';
import type { EventLog } from './event-log.ts';
import { onFirstUse } from './statements/first-use.ts';
import { History } from './lists/history.ts';
import { ListedNoun } from './noun.ts';
import type { ListReader } from './threads/lists.ts';

type Statements = ReturnType<typeof prepareEvents>;

/** Reads events. */
export class SqliteEvents extends ListedNoun<Statements> implements EventReader {
  page(filter: EventFilter, window: Window<number>) {
    return this.list('eventPage', filter, window);
  }

  count(filter: EventFilter) {
    return this.list('eventCount', filter);
  }

  byConnectionIds(ids: readonly ConnectionId[], window: Window<number>) {
    const read = () => this.statements.history.pages(ids, window);
    return this.calls.run('historyByConnectionIds', read, ids.length);
  }

  countsByConnectionIds(ids: readonly ConnectionId[]) {
    const read = (deadline: number) => this.statements.lists.run('historyCounts', [ids], deadline);
    return this.calls.run('historyCountsByConnectionIds', read, ids.length);
  }
}

/** Appends events, within a transaction. */
export class SqliteEventWriter extends SqliteEvents implements EventWriter {
  readonly #log: EventLog;

  constructor(statements: Statements, log: EventLog, calls: Calls) {
    super(statements, calls);
    this.#log = log;
  }

  async noteFailure({ companyId, id: connectionId }: Connection, cause: Cause) {
    this.#log.append([{ type: 'connection.failed', companyId, connectionId }], cause);
  }

  async noteUpdate({ companyId, id: connectionId, status }: Connection, cause: Cause) {
    const subject = { companyId, connectionId, fromStatus: status, toStatus: status };
    this.#log.append([{ type: 'connection.updated', ...subject }], cause);
  }
}

/** Prepares the statements that read events. */
export function prepareEvents(db: ReturnType<typeof drizzle>, lists: ListReader) {
  return onFirstUse({ history: () => new History(db), lists: () => lists });
}
