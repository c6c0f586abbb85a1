import { situationOf, type Connection } from '../domain/connection.ts';
import type { Cause } from '../domain/event.ts';
import { newId, type CompanyId, type ConnectionId } from '../domain/id.ts';
import {
  invalidInput,
  notFound,
  type InvalidInput,
  type InvalidStatus,
  type NotFound,
} from '../domain/refusal.ts';
import { ok, refuse, type Result } from '../domain/result.ts';
import { allowedActions, decide } from '../domain/status.ts';
import type { Store, StoreTransactor } from '../store/store.ts';

/** Names a connection, and the company that it must be of. */
export interface ConnectionRef {
  readonly companyId: CompanyId;
  readonly connectionId: ConnectionId;
}

/** Creates a connection that waits for its company's authorization, by the key of an integration of the catalogue. */
export async function createConnection(
  store: Store,
  { companyId, integrationKey }: { companyId: CompanyId; integrationKey: string },
  cause: Cause,
): Promise<Result<Connection, NotFound | InvalidInput>> {
  return store.transact(async (tx) => {
    const [company] = await tx.companiesByIds([companyId]);
    if (company === undefined) return refuse(notFound('company', 'companyId'));
    const [integration] = await tx.integrations({ key: integrationKey });
    if (integration === undefined) return refuse(notFound('integration', 'integrationKey'));
    if (!integration.enabled) {
      return refuse(
        invalidInput('integrationKey', 'must be the key of an integration of the catalogue'),
      );
    }
    const connection: Connection = {
      id: newId<ConnectionId>(),
      companyId,
      integrationId: integration.id,
      sourceId: integration.sourceId,
      sourceType: integration.sourceType,
      status: 'PendingAuth',
      lastSync: null,
      created: cause.at,
    };
    await tx.createConnection(connection, cause);
    return ok(connection);
  });
}

/** Takes back the access of a Linked connection; what was read stays readable. */
export async function unlinkConnection(
  store: Store,
  ref: ConnectionRef,
  cause: Cause,
): Promise<Result<Connection, NotFound | InvalidStatus>> {
  return store.transact((tx) => act(tx, ref, 'unlink', cause));
}

/** Deletes a connection, in whatever status; answers it as it last was. */
export async function deleteConnection(
  store: Store,
  ref: ConnectionRef,
  cause: Cause,
): Promise<Result<Connection, NotFound>> {
  return store.transact((tx) => deleteConnectionIn(tx, ref, cause));
}

/** Deletes a connection as part of a transaction. */
export async function deleteConnectionIn(
  tx: StoreTransactor,
  ref: ConnectionRef,
  cause: Cause,
): Promise<Result<Connection, NotFound>> {
  const result = await act(tx, ref, 'delete', cause);
  if (result.ok || result.error.kind === 'NotFound') return result as Result<Connection, NotFound>;
  throw new Error('a connection can be deleted in every status');
}

async function act(
  tx: StoreTransactor,
  { companyId, connectionId }: ConnectionRef,
  action: 'unlink' | 'delete',
  cause: Cause,
): Promise<Result<Connection, NotFound | InvalidStatus>> {
  for (;;) {
    const [connection] = await tx.connectionsByIds([connectionId]);
    if (connection?.companyId !== companyId) {
      return refuse(notFound('connection', 'connectionId'));
    }
    const situation = situationOf(connection, await tx.activeConnectionsByCompanyIds([companyId]));
    const decision = decide(action, situation);
    if (!decision.ok) {
      return refuse({
        kind: 'InvalidStatus',
        action,
        connection,
        allowedActions: allowedActions(situation),
      });
    }
    const moved = await tx.moveConnection(connection, decision.value, cause);
    if (moved !== undefined) return ok(moved);
    // Another change came first, in a store whose transactions do not exclude each other: decide on what is now.
  }
}
