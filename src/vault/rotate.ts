import { setTimeout as pause } from 'node:timers/promises';
import type { Sealed, SealedRecord } from '../store/sealed.ts';
import { retryWhileBusy } from '../store/retry-while-busy.ts';
import type { Session } from '../store/store.ts';
import { ofConnection, VaultError, type SecretPurpose, type Vault } from './vault.ts';

/** The counts of what a key rotation did. */
export interface RotationSummary {
  /** Secrets that the rotation sealed again with the vault's first key. */
  readonly resealed: number;
  /** Secrets left unchanged because the vault lacks their key. */
  readonly keyMissing: number;
  /** Secrets left unchanged because the vault has their key but it does not open them. */
  readonly altered: number;
}

/** The options of a key rotation. */
export interface RotationOptions {
  /** Stops the rotation after the current batch. */
  readonly signal?: AbortSignal;
  /** Called after each batch with the totals so far, which are committed. */
  readonly onProgress?: (summary: RotationSummary) => void;
  /** Called for each secret that its key does not open. */
  readonly onAltered?: (record: SealedRecord) => void;
}

const batchSize = 100;
// Other processes retry the write lock only now and then: without a pause they could wait until they time out.
const pauseMs = 10;

/** The part of a store that a rotation needs. */
export type SealedStore = Pick<Session, 'sealed' | 'transact'>;

/**
 * Encrypts again, with the vault's first key, all secrets that other keys seal. Goes through them once and skips those
 * that it cannot open. May miss secrets that another process seals with another key meanwhile.
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
    // Outside the transaction, which blocks other writers. `reseal` skips secrets that changed meanwhile.
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

/** A revocation is of credentials as they were: without the key, they cannot be sealed again for it. */
const purposes: Record<SealedRecord['kind'], SecretPurpose> = {
  credentials: 'credentials',
  revocation: 'credentials',
  authorization: 'authorization',
};

async function sealAgain(vault: Vault, record: SealedRecord): Promise<Sealed | undefined> {
  const use = ofConnection(purposes[record.kind], record);
  try {
    const secret = await vault.open(record.sealed, use);
    return await vault.seal(secret, use);
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
