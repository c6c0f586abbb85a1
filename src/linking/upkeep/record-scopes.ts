import type { Cause } from '../../domain/event.ts';
import { scopeChange } from '../../domain/granted-scopes.ts';
import type { ConnectionId } from '../../domain/id.ts';
import type { StoreTransactor } from '../../store/store.ts';

/** Keeps the scopes that a platform granted a connection; `undefined` if it did not say. Its history names changes. */
export async function recordScopes(
  tx: StoreTransactor,
  id: ConnectionId,
  scopes: readonly string[] | undefined,
  cause: Omit<Cause, 'reason'>,
): Promise<void> {
  const before = (await tx.grantedScopes.byConnectionIds([id])).get(id);
  await tx.grantedScopes.set(id, scopes);
  const reason = before && scopes && scopeChange(before, scopes);
  if (reason === undefined) return;
  const [connection] = await tx.connections.byIds([id]);
  if (connection !== undefined) await tx.events.noteUpdate(connection, { ...cause, reason });
}
