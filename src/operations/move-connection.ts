import { situationOf, type Connection, type ConnectionRef } from '../domain/connection.ts';
import type { Cause } from '../domain/event.ts';
import {
  notFound,
  type ActiveConnectionExists,
  type InvalidStatus,
  type NotFound,
} from '../domain/refusal.ts';
import { ok, refuse, type Result } from '../domain/result.ts';
import { allowedActions, decide, type ConnectionAction, type Move } from '../domain/status.ts';
import type { StoreTransactor } from '../store/store.ts';

/** Why a connection cannot be moved. */
export type MoveRefusal = NotFound | InvalidStatus | ActiveConnectionExists;

/** A move that the rules permit now, and the connection before the move. */
interface PermittedMove {
  readonly connection: Connection;
  readonly move: Move;
}

/** Returns what an action would change on a company's connection now, or why it is refused. */
export async function permittedMove(
  tx: StoreTransactor,
  { companyId, connectionId }: ConnectionRef,
  action: ConnectionAction,
): Promise<Result<PermittedMove, MoveRefusal>> {
  const [connection] = await tx.connections.byIds([connectionId]);
  if (connection?.companyId !== companyId) return refuse(notFound('connection', 'connectionId'));
  const situation = situationOf(connection, await tx.connections.activeByCompanyIds([companyId]));
  const decision = decide(action, situation);
  if (decision.ok) return ok({ connection, move: decision.value });
  if (decision.error.kind === 'InvalidStatus') {
    const allowed = allowedActions(situation);
    return refuse({ kind: 'InvalidStatus', action, connection, allowedActions: allowed });
  }
  const [rival] = await tx.connections.byIds([decision.error.rival]);
  if (rival === undefined) throw new Error(`connection ${decision.error.rival} not found`);
  return refuse({ kind: 'ActiveConnectionExists', connection: rival });
}

/**
 * Applies an action to a connection of a company, if the rules permit it. Returns the connection after the move or, if
 * the move deletes it, before.
 */
export async function moveConnection(
  tx: StoreTransactor,
  ref: ConnectionRef,
  action: ConnectionAction,
  cause: Cause,
): Promise<Result<Connection, MoveRefusal>> {
  for (;;) {
    const permitted = await permittedMove(tx, ref, action);
    if (!permitted.ok) return permitted;
    const { connection, move } = permitted.value;
    const moved = await tx.connections.move(connection, move, cause);
    if (moved !== undefined) return ok(moved);
    // Another change came first, in a store whose transactions can overlap: decide again on the current status.
  }
}
