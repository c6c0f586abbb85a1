import { newId, type CompanyId, type ConnectionId, type RevocationId } from '../../domain/id.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Platform } from '../../platforms/platform.ts';
import type { Sealed } from '../../store/sealed.ts';
import type { StoreTransactor } from '../../store/store.ts';

/** Credentials of a connection that the platform granted and the gateway does not keep. */
export interface Unkept {
  readonly companyId: CompanyId;
  readonly connectionId: ConnectionId;
  readonly sealed: Sealed;
}

/** Queues the revocation of credentials that are not kept. */
export async function revokeUnkept(
  tx: StoreTransactor,
  { connectionId, sealed }: Unkept,
  queued: Instant,
): Promise<void> {
  const id = newId<RevocationId>();
  await tx.revocations.create({ id, connectionId, sealed, queued, failures: 0 });
}

/**
 * Does the same, unless it would end the access of another connection: at some platforms, one revocation ends all that
 * the user granted. Returns whether the revocation is queued.
 */
export async function revokeUnlessShared(
  tx: StoreTransactor,
  unkept: Unkept,
  { revocationEndsAll, integrationKey }: Platform,
  queued: Instant,
): Promise<boolean> {
  if (revocationEndsAll) {
    const filter = { companyId: unkept.companyId, integrationKey, status: ['Linked'] } as const;
    if ((await tx.connections.count(filter)) > 0) return false;
  }
  await revokeUnkept(tx, unkept, queued);
  return true;
}
