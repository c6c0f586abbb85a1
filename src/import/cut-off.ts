import type { Connection } from '../domain/connection.ts';
import type { ConnectionEvent } from '../domain/event.ts';
import type { ConnectionId } from '../domain/id.ts';
import type { ConnectionStatus } from '../domain/status.ts';
import type { StoreTransactor } from '../store/store.ts';
import { importActor } from './import-writer.ts';

/** How many of a connection's last events are read at once. */
const eventsAtOnce = 50;

/**
 * Returns the connections that something other than an import cut off (Unlinked or Deauthorized). A file that is older,
 * or does not have that change, must not authorize what a person or the provider has cut off.
 */
export async function cutOffHere(
  tx: StoreTransactor,
  connections: readonly Connection[],
): Promise<Set<ConnectionId>> {
  const cutOff = new Set<ConnectionId>();
  for (const { id, status } of connections) {
    if (!isCutOff(status)) continue;
    const change = await lastStatusChange(tx, id);
    if (change !== undefined && change.actor !== importActor) cutOff.add(id);
  }
  return cutOff;
}

/** Reports whether a connection in this status lost its authorization. */
export function isCutOff(status: ConnectionStatus): boolean {
  return status === 'Unlinked' || status === 'Deauthorized';
}

/** Returns the event that set a connection's current status; later events may not concern the status. */
async function lastStatusChange(
  tx: StoreTransactor,
  id: ConnectionId,
): Promise<ConnectionEvent | undefined> {
  let before: number | undefined;
  for (;;) {
    const window = { before, limit: eventsAtOnce, countedFrom: 'end' } as const;
    const page = (await tx.events.byConnectionIds([id], window)).get(id);
    const change = page?.entries.findLast(({ value }) => value.fromStatus !== value.toStatus);
    if (change !== undefined || !page?.more) return change?.value;
    before = page.entries[0]?.position;
  }
}
