import { situationOf, type ActiveConnection, type Connection } from '../domain/connection.ts';
import type { CompanyId } from '../domain/id.ts';
import type { Instant } from '../domain/instant.ts';
import type { Integration } from '../domain/integration.ts';
import { invalidInput, type InvalidInput } from '../domain/refusal.ts';
import { ok, refuse, type Result } from '../domain/result.ts';
import { isExclusive } from '../domain/source-type.ts';
import {
  actionsBetween,
  decide,
  isActive,
  type ConnectionStatus,
  type Move,
} from '../domain/status.ts';
import { isCutOff } from './cut-off.ts';
import { isInFuture } from './future.ts';
import type { ImportWriter } from './import-writer.ts';
import type { ConnectionRecord } from './record.ts';

/** The planned result of a record, and the writes that produce it. */
export interface Plan {
  readonly outcome: 'created' | 'updated' | 'unchanged';
  readonly writes: readonly ((writer: ImportWriter) => Promise<unknown>)[];
}

/** A record of a connection and its current state. */
export interface ConnectionContext {
  readonly companyId: CompanyId;
  readonly record: ConnectionRecord;
  readonly current: Connection | undefined;
  /** Whether something other than an import ended `current`'s authorization. An import does not restore it. */
  readonly wasCutOffHere: boolean;
  readonly integration: Integration;
  /** The time of the import. */
  readonly now: Instant;
}

/**
 * Plans the changes that bring a company's connections to the state in their records. Tracks which connections will be
 * active by then, so that the rules apply to the company's future state: only those of the source types that allow one, so
 * that each plan takes the same time, however many connections there are.
 */
export class ConnectionPlanner {
  #active: readonly ActiveConnection[];

  constructor(active: readonly ActiveConnection[]) {
    this.#active = active;
  }

  plan(context: ConnectionContext): Result<Plan, InvalidInput> {
    return context.current === undefined
      ? this.#planCreation(context)
      : this.#planUpdate(context, context.current);
  }

  #planCreation({ companyId, record, integration, now }: ConnectionContext) {
    const { id, sourceId, sourceType, status } = record;
    const connection: Connection = {
      id,
      companyId,
      integrationId: integration.id,
      sourceId,
      sourceType,
      status,
      lastSync: record.lastSync ?? null,
      created: record.created ?? now,
    };
    if (isActive(status)) {
      // It was authorized elsewhere, but this gateway's rules apply.
      const decision = decide(
        'authorize',
        situationOf({ ...connection, status: 'PendingAuth' }, this.#active),
      );
      if (!decision.ok) return refuse(oneActive(connection));
    }
    this.#note(connection);
    return ok<Plan>({
      outcome: 'created',
      writes: [async (writer) => writer.createConnection(connection)],
    });
  }

  #planUpdate(
    { record, integration, wasCutOffHere, now }: ConnectionContext,
    current: Connection,
  ): Result<Plan, InvalidInput> {
    if (current.integrationId !== integration.id) {
      return refuse(
        invalidInput(
          'integrationId',
          'must not change: the connection belongs to another integration',
        ),
      );
    }
    if (current.sourceType !== record.sourceType) {
      return refuse(
        invalidInput(
          'sourceType',
          `must not change: the source type of the connection is ${current.sourceType}`,
        ),
      );
    }
    // Access is gone whether a connection was unlinked or deauthorized, so no event records the difference.
    const staysCutOff =
      isCutOff(current.status) &&
      (isCutOff(record.status) || (wasCutOffHere && isActive(record.status)));
    const status = staysCutOff ? current.status : record.status;
    const moves = this.#movesTo(current, status);
    if (!moves.ok) return moves;
    const writes: Plan['writes'][number][] = [];
    const lastSync = newer(current.lastSync, record.lastSync ?? null, now);
    const { sourceId } = record;
    let connection = current;
    if (lastSync !== current.lastSync || sourceId !== current.sourceId) {
      writes.push((writer) => writer.updateConnection(current, { sourceId, lastSync }));
    }
    for (const move of moves.value) {
      const from = connection;
      writes.push((writer) => writer.moveConnection(from, move));
      connection = afterMove(from, move);
    }
    this.#note(connection);
    return ok({ outcome: writes.length > 0 ? 'updated' : 'unchanged', writes });
  }

  #movesTo(current: Connection, status: ConnectionStatus): Result<Move[], InvalidInput> {
    const actions = actionsBetween(current.status, status);
    if (actions === undefined) {
      return refuse(invalidInput('status', `must not change from ${current.status} to ${status}`));
    }
    const moves: Move[] = [];
    let connection = current;
    for (const action of actions) {
      const decision = decide(action, situationOf(connection, this.#active));
      if (!decision.ok) return refuse(oneActive(current, status));
      moves.push(decision.value);
      connection = afterMove(connection, decision.value);
    }
    return ok(moves);
  }

  #note(connection: Connection) {
    if (!isExclusive(connection.sourceType)) return;
    const others = this.#active.filter(({ id }) => id !== connection.id);
    this.#active = isActive(connection.status) ? [...others, connection] : others;
  }
}

function afterMove(connection: Connection, { to }: Move): Connection {
  return { ...connection, status: to ?? connection.status };
}

function oneActive(
  { sourceType, status: from }: Connection,
  to: ConnectionStatus = 'Linked',
): InvalidInput {
  const what = isActive(to) ? 'be Linked' : `change from ${from} to ${to}`;
  return invalidInput(
    'status',
    `must not ${what}: the company has another active ${sourceType} connection and can have only one`,
  );
}

/** Returns the later time. A `current` one in the future, which earlier versions imported, counts as none. */
function newer(current: Instant | null, told: Instant | null, now: Instant): Instant | null {
  if (told === null) return current;
  return current === null || isInFuture(current, now) ? told : Math.max(current, told);
}
