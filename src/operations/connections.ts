import { newConnection, type Connection, type ConnectionRef } from '../domain/connection.ts';
import type { Cause } from '../domain/event.ts';
import type { CompanyId } from '../domain/id.ts';
import {
  connectionLimitReached,
  invalidInput,
  notFound,
  type InvalidInput,
  type InvalidStatus,
  type LimitReached,
  type NotFound,
} from '../domain/refusal.ts';
import { ok, refuse, type Result } from '../domain/result.ts';
import type { Session } from '../store/store.ts';
import { moveConnection } from './move-connection.ts';

/**
 * Creates a connection to an integration of the catalogue, by its key. It waits for its company's authorization. Refuses if
 * the company has `maxConnections`.
 */
export async function createConnection(
  session: Session,
  { companyId, integrationKey }: { companyId: CompanyId; integrationKey: string },
  maxConnections: number,
  cause: Cause,
): Promise<Result<Connection, NotFound | InvalidInput | LimitReached>> {
  return session.transact(async (tx) => {
    const [company] = await tx.companies.byIds([companyId]);
    if (company === undefined) return refuse(notFound('company', 'companyId'));
    const [integration] = await tx.integrations.all({ key: integrationKey });
    if (integration === undefined) return refuse(notFound('integration', 'integrationKey'));
    if (!integration.enabled) {
      return refuse(
        invalidInput('integrationKey', 'must be the key of an integration in the catalogue'),
      );
    }
    const counts = await tx.connections.countsByCompanyIds([companyId], maxConnections);
    if ((counts.get(companyId) ?? 0) >= maxConnections) {
      return refuse(connectionLimitReached(maxConnections));
    }
    const connection = newConnection(companyId, integration, cause.at);
    await tx.connections.create(connection, cause);
    return ok(connection);
  });
}

/** Unlinks a Linked connection. Data that was read before stays readable. */
export async function unlinkConnection(
  session: Session,
  ref: ConnectionRef,
  cause: Cause,
): Promise<Result<Connection, NotFound | InvalidStatus>> {
  return session.transact(async (tx) => {
    const result = await moveConnection(tx, ref, 'unlink', cause);
    if (result.ok || result.error.kind !== 'ActiveConnectionExists') {
      return result as Result<Connection, NotFound | InvalidStatus>;
    }
    throw new Error('another active connection must not prevent unlinking');
  });
}

/** Deletes a connection in any status. Returns it as it was before. */
export async function deleteConnection(
  session: Session,
  ref: ConnectionRef,
  cause: Cause,
): Promise<Result<Connection, NotFound>> {
  return session.transact(async (tx) => {
    const result = await moveConnection(tx, ref, 'delete', cause);
    if (result.ok || result.error.kind === 'NotFound') {
      return result as Result<Connection, NotFound>;
    }
    throw new Error('deleting a connection must be allowed in every status');
  });
}
