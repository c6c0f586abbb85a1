import type { StoreReader } from '../store/store.ts';
import type { Vault } from './vault.ts';

/** Counts the secrets that the vault cannot open, by the id of the key that it lacks. */
export async function sealedWithMissingKeys(
  store: StoreReader,
  { keyIds }: Vault,
): Promise<ReadonlyMap<string, number>> {
  const counts = await store.sealed.countByKey();
  return new Map([...counts].filter(([keyId]) => !keyIds.includes(keyId)));
}
