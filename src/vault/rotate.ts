import { setTimeout as pause } from 'node:timers/promises';
import type { Sealed, SealedRecord } from '../store/sealed.ts';
import { retryWhileBusy } from '../store/retry-while-busy.ts';
import type { Session } from '../store/store.ts';
import { ofConnection, VaultError, type Vault } from './vault.ts';

/** What a rotation did. */
export interface RotationSummary {
  /** How many things are sealed with the vault's first key now that were not before. */
  readonly resealed: number;
  /** How many things are as they were, since the vault has not their key. */
  readonly keyMissing: number;
  /** How many things are as they were, since the vault has their key and it does not open them. */
  readonly altered: number;
}

/** How a rotation runs and whom it tells. */
export interface RotationOptions {
  /** Stops the rotation after what is being written. */
  readonly signal?: AbortSignal;
  /** Told of what has been done so far; it is committed. */
  readonly onProgress?: (summary: RotationSummary) => void;
  /** Told of each thing that its key does not open. */
  readonly onAltered?: (record: SealedRecord) => void;
}

const batchSize = 100;
// Other processes that wait to write ask again only now and then: without a pause they could wait until they give up.
const pauseMs = 10;

/** The part of a store that a rotation needs. */
export type SealedStore = Pick<Session, 'sealed' | 'transact'>;

/**
 * Seals with the first key of a vault what is sealed with others. Goes through all of it once, and past what it cannot
 * open. What a process seals meanwhile with another key may stay as it is.
 */
export async function rotateKeys(
  store: SealedStore,
  vault: Vault,
  { signal, onProgress, onAltered }: RotationOptions = {},
): Promise<RotationSummary> {
  let summary: RotationSummary = { resealed: 0, keyMissing: 0, altered: 0 };
  let last: SealedRecord | undefined;
  for (;;) {
    if (signal?.aborted) break;
    const records = await retryWhileBusy(() =>
      store.sealed.otherThan(vault.keyId, batchSize, last),
    );
    if (records.length === 0) break;
    const withKey = records.filter(({ sealed }) => vault.keyIds.includes(sealed.keyId));
    // Outside the transaction, which keeps others from writing: what changes meanwhile is left alone.
    const opened: Resealed[] = [];
    for (const record of withKey) {
      const sealed = await sealAgain(vault, record);
      if (sealed) opened.push({ record, sealed });
      else onAltered?.(record);
    }
    summary = {
      resealed: summary.resealed + (await retryWhileBusy(() => writeAll(store, opened))),
      keyMissing: summary.keyMissing + records.length - withKey.length,
      altered: summary.altered + withKey.length - opened.length,
    };
    onProgress?.(summary);
    last = records.at(-1);
    await pause(pauseMs);
  }
  return summary;
}

interface Resealed {
  readonly record: SealedRecord;
  readonly sealed: Sealed;
}

async function sealAgain(vault: Vault, record: SealedRecord): Promise<Sealed | undefined> {
  const boundTo = ofConnection(record);
  try {
    const secret = await vault.open(record.sealed, boundTo);
    return await vault.seal(secret, boundTo);
  } catch (error) {
    if (error instanceof VaultError) return undefined;
    throw error;
  }
}

async function writeAll(store: SealedStore, resealed: readonly Resealed[]): Promise<number> {
  return store.transact(async (tx) => {
    let written = 0;
    for (const { record, sealed } of resealed) {
      if (await tx.sealed.reseal(record, sealed)) written += 1;
    }
    return written;
  });
}
