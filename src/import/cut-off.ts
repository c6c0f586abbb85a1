import type { Connection } from '../domain/connection.ts';
import type { ConnectionEvent } from '../domain/event.ts';
import type { ConnectionId } from '../domain/id.ts';
import type { ConnectionStatus } from '../domain/status.ts';
import type { Page } from '../store/lists.ts';
import type { StoreTransactor } from '../store/store.ts';
import { importActor } from './import-writer.ts';

/** How many last events of each connection are read together with those of the others. */
const eventsOfEach = 5;
/** How many are then read at once of one whose status did not change in them. */
const eventsAtOnce = 50;

/**
 * Returns the connections that something other than an import cut off (Unlinked or Deauthorized). A file that is older,
 * or does not have that change, must not authorize what a person or the provider has cut off.
 */
export async function cutOffHere(
  tx: StoreTransactor,
  connections: readonly Connection[],
): Promise<Set<ConnectionId>> {
  const ids = connections.filter(({ status }) => isCutOff(status)).map(({ id }) => id);
  const cutOff = new Set<ConnectionId>();
  if (ids.length === 0) return cutOff;
  const pages = await tx.events.byConnectionIds(ids, { limit: eventsOfEach, countedFrom: 'end' });
  for (const [id, page] of pages) {
    const change = await lastStatusChange(tx, id, page);
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
  lastEvents: Page<ConnectionEvent, number>,
): Promise<ConnectionEvent | undefined> {
  let page = lastEvents;
  for (;;) {
    const change = page.entries.findLast(({ value }) => value.fromStatus !== value.toStatus);
    if (change !== undefined || !page.more) return change?.value;
    page = await eventsBefore(tx, id, page.entries[0]?.position);
  }
}

async function eventsBefore(
  tx: StoreTransactor,
  id: ConnectionId,
  before: number | undefined,
): Promise<Page<ConnectionEvent, number>> {
  const window = { before, limit: eventsAtOnce, countedFrom: 'end' } as const;
  const pages = await tx.events.byConnectionIds([id], window);
  return pages.get(id) ?? { entries: [], more: false };
}
