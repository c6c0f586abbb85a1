import type { StoreReader } from '../store/store.ts';
import type { Vault } from './vault.ts';

/** How many things are sealed with each key that a vault does not have, and so cannot be opened. */
export async function sealedWithMissingKeys(
  store: StoreReader,
  { keyIds }: Vault,
): Promise<ReadonlyMap<string, number>> {
  const counts = await store.sealed.countByKey();
  return new Map([...counts].filter(([keyId]) => !keyIds.includes(keyId)));
}
