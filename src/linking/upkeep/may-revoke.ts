import type { CompanyId } from '../../domain/id.ts';
import type { Platform } from '../../platforms/platform.ts';
import type { StoreTransactor } from '../../store/store.ts';

/**
 * Reports whether a grant that is not kept may be revoked: whether that leaves the company's Linked connections to the
 * platform their access.
 */
export async function mayRevoke(
  tx: StoreTransactor,
  { companyId }: { readonly companyId: CompanyId },
  { revocationEndsAll, integrationKey }: Platform,
): Promise<boolean> {
  if (!revocationEndsAll) return true;
  return (await tx.connections.count({ companyId, integrationKey, status: ['Linked'] })) === 0;
}
