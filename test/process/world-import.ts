import type { ImportRun, StoredEvent } from './attempts.ts';
import type { World, WorldConnection } from './world.ts';

/** Applies an import's event to the model. Returns its problems. */
export function importEvent(world: World, event: StoredEvent, { records }: ImportRun): string[] {
  const { type, companyId, connectionId, fromStatus, toStatus } = event;
  const record = records.find(({ id }) => id === companyId);
  if (record === undefined) return ['the import has no such company'];
  const tags = Object.entries(record.tags).map(([key, value]) => ({ key, value }));
  const { name, description } = record;
  if (type === 'company.created' && !world.companies.has(companyId)) {
    world.companies.set(companyId, { name, description, tags, isLive: true });
    return [];
  }
  const company = world.liveCompany(companyId);
  if (company === undefined) return ['it is of a company that is not there'];
  if (type === 'company.updated') {
    Object.assign(company, { name, description, tags });
    return [];
  }
  const told = record.dataConnections.find(({ id }) => id === connectionId);
  if (told === undefined) return ['the import has no such connection'];
  if (type === 'connection.created' && !world.connections.has(told.id)) {
    const { id, sourceType, status } = told;
    const statusBy = event.actor;
    world.connections.set(id, { id, companyId, sourceType, status, statusBy, isLive: true });
    return fromStatus === null && toStatus === status ? [] : ['it is not in the record’s status'];
  }
  const connection = world.liveConnection(told.id);
  if (connection === undefined) return ['it is of a connection that is not there'];
  return move(event, connection);
}

function move(
  { type, fromStatus, toStatus, actor }: StoredEvent,
  connection: WorldConnection,
): string[] {
  const { status, statusBy } = connection;
  const path = `${type} ${fromStatus} > ${toStatus}`;
  if (fromStatus !== status) return [`it starts from ${fromStatus}, not from ${status}`];
  if (!importMoves.has(path)) return ['no import may do so'];
  if (type === 'connection.reconnected' && statusBy !== actor) {
    return [`it authorizes what was cut off by ${statusBy}`];
  }
  if (toStatus !== status) Object.assign(connection, { status: toStatus, statusBy: actor });
  return [];
}

const importMoves: ReadonlySet<string> = new Set([
  'connection.connected PendingAuth > Linked',
  'connection.reconnected Unlinked > Linked',
  'connection.reconnected Deauthorized > Linked',
  'connection.disconnected Linked > Unlinked',
  'connection.disconnected Linked > Deauthorized',
]);
