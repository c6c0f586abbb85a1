import type Database from 'better-sqlite3';
import type { ConnectionEventType } from '../../../domain/event.ts';
import type { ConnectionStatus } from '../../../domain/status.ts';
import type { Findings } from './findings.ts';

interface ConnectionFacts {
  readonly id: string;
  readonly companyId: string;
  readonly status: ConnectionStatus;
  readonly isDeleted: 0 | 1;
}

/** A connection with one event of its history, or with none if the history is empty. */
interface Row extends ConnectionFacts {
  readonly sequence: number | null;
  readonly type: ConnectionEventType;
  readonly eventCompanyId: string;
  readonly fromStatus: ConnectionStatus | null;
  readonly toStatus: ConnectionStatus | null;
}

/** Checks that each connection's history leads without gaps from its creation to its current status. */
export function checkHistories(db: Database.Database, findings: Findings): void {
  let walk: HistoryWalk | undefined;
  for (const row of db.prepare<[], Row>(connectionsWithHistory).iterate()) {
    if (walk?.connection.id !== row.id) {
      walk?.end();
      walk = new HistoryWalk(row, findings);
    }
    if (row.sequence !== null) walk.step(row);
  }
  walk?.end();
}

const connectionsWithHistory = `
  SELECT c.id, c.company_id AS companyId, c.status, c.deleted_at IS NOT NULL AS isDeleted,
    e.sequence, e.type, e.company_id AS eventCompanyId, e.from_status AS fromStatus, e.to_status AS toStatus
  FROM connections c LEFT JOIN events e ON e.connection_id = c.id
  ORDER BY c.id, e.sequence`;

/** Follows the history of one connection, oldest first. */
class HistoryWalk {
  readonly connection: ConnectionFacts;
  readonly #findings: Findings;
  /** The status that the events so far lead to; `null` before the first. */
  #status: ConnectionStatus | null = null;
  #last: ConnectionEventType | undefined;

  constructor(connection: ConnectionFacts, findings: Findings) {
    this.connection = connection;
    this.#findings = findings;
  }

  step({ sequence, type, eventCompanyId, fromStatus, toStatus }: Row): void {
    const event = `event ${sequence} (${type}) of connection ${this.connection.id}`;
    if (eventCompanyId !== this.connection.companyId) {
      this.#findings.add('history', `${event} belongs to another company, ${eventCompanyId}`);
    }
    if ((type === 'connection.created') !== (this.#last === undefined)) {
      this.#findings.add(
        'history',
        `${event} is ${this.#last ? 'not the first event' : 'the first event, which must be connection.created'}`,
      );
    }
    if (this.#last === 'connection.deleted') {
      this.#findings.add('history', `${event} comes after the connection was deleted`);
    }
    // An event that names no status, such as a failure, changed none.
    const namesStatus = fromStatus !== null || toStatus !== null;
    if (namesStatus && fromStatus !== this.#status) {
      this.#findings.add('history', `${event} starts from ${fromStatus}, not from ${this.#status}`);
    }
    this.#status = toStatus ?? this.#status;
    this.#last = type;
  }

  end(): void {
    const { id, status, isDeleted } = this.connection;
    if (this.#last === undefined) {
      this.#findings.add('history', `connection ${id} has no history`);
      return;
    }
    if (status !== this.#status) {
      this.#findings.add(
        'status',
        `connection ${id} is ${status}, but its history says ${this.#status}`,
      );
    }
    if ((this.#last === 'connection.deleted') !== Boolean(isDeleted)) {
      const is = isDeleted ? 'is deleted' : 'is not deleted';
      this.#findings.add('status', `connection ${id} ${is}, but its history ends in ${this.#last}`);
    }
  }
}
