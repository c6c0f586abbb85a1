import type { drizzle } from 'drizzle-orm/better-sqlite3';
import type { Cause } from '../../domain/event.ts';
import { newId, type CompanyId, type ConnectionId, type EventId } from '../../domain/id.ts';
import type { ConnectionStatus } from '../../domain/status.ts';
import { onFirstUse } from './statements/first-use.ts';
import { prepareInsertMany } from './statements/insert-many.ts';
import { events } from './schema/schema.ts';

/** The type of an event and the record that it is about. */
export interface EventSubject {
  readonly type: typeof events.$inferInsert.type;
  readonly companyId: CompanyId;
  readonly connectionId?: ConnectionId;
  readonly fromStatus?: ConnectionStatus;
  readonly toStatus?: ConnectionStatus | null;
}

/** Appends to the log of events, which never change. */
export class EventLog {
  readonly #statements: ReturnType<typeof prepare>;

  constructor(db: ReturnType<typeof drizzle>) {
    this.#statements = prepare(db);
  }

  /** Appends one event for each subject, in their order, all with the same cause. */
  append(subjects: readonly EventSubject[], { actor, reason, at }: Cause): void {
    this.#statements.insert(
      subjects.map(({ type, companyId, connectionId, fromStatus, toStatus }) => ({
        id: newId<EventId>(),
        type,
        companyId,
        connectionId: connectionId ?? null,
        fromStatus: fromStatus ?? null,
        toStatus: toStatus ?? null,
        actor,
        reason: reason ?? null,
        at,
      })),
    );
  }
}

function prepare(db: ReturnType<typeof drizzle>) {
  return onFirstUse({
    insert: () =>
      prepareInsertMany(db, events, [
        'id',
        'type',
        'companyId',
        'connectionId',
        'fromStatus',
        'toStatus',
        'actor',
        'reason',
        'at',
      ]),
  });
}
