import { listenForInterruption } from '../app/interruption.ts';
import { startProgress } from './progress.ts';
import type { Store } from '../store/store.ts';
import type { Terminal } from '../app/terminal.ts';
import { sealedWithMissingKeys } from '../vault/missing-keys.ts';
import { rotateKeys, type RotationSummary } from '../vault/rotate.ts';
import type { Vault } from '../vault/vault.ts';

/** Encrypts everything with the first key of a vault and reports on the terminal; returns the exit code. */
export async function runRotation(store: Store, vault: Vault, terminal: Terminal): Promise<number> {
  const interruption = listenForInterruption();
  const count = await countOtherwise(store, vault);
  const progress = startProgress(
    { total: count, format: '{value} of {total}', line: (done) => `${done} of ${count}` },
    terminal,
  );
  try {
    const { signal } = interruption;
    const summary = await rotateKeys(store, vault, {
      signal,
      onProgress: (so) => progress.update(total(so)),
      onAltered: ({ kind, id, connectionId }) =>
        progress.print(`${kind} ${id} of connection ${connectionId} cannot be decrypted`),
    });
    progress.end();
    const left = await countOtherwise(store, vault);
    terminal.print(report(summary, left, vault));
    if (left === 0) return 0;
    if (signal.aborted) {
      terminal.print('Stopped early: run the command again to continue.\n');
      return interruption.exitCode();
    }
    terminal.tell(await explain(store, vault, summary, left));
    return 1;
  } finally {
    progress.end();
    interruption.ignore();
  }
}

async function countOtherwise(store: Store, { keyId }: Vault): Promise<number> {
  const counts = await store.sealed.countByKey();
  return [...counts].reduce((sum, [id, count]) => (id === keyId ? sum : sum + count), 0);
}

function report({ resealed }: RotationSummary, left: number, { keyId }: Vault): string {
  if (resealed === 0 && left === 0) {
    return `Nothing to do: everything is encrypted with the first key, ${keyId}.\n`;
  }
  return `${resealed} encrypted again with the key ${keyId}; ${left} still encrypted with other keys\n`;
}

/** Explains why something is left, and what to do. */
async function explain(
  store: Store,
  vault: Vault,
  summary: RotationSummary,
  left: number,
): Promise<string> {
  const missing = await sealedWithMissingKeys(store, vault);
  const withoutKey = [...missing.values()].reduce((sum, count) => sum + count, 0);
  const reasons = [...missing].map(
    ([keyId, count]) =>
      `${count} cannot be decrypted: the key ${keyId} is missing. Add it to ENCRYPTION_KEYS after the first key, and run the command again.`,
  );
  const altered = Math.min(summary.altered, left - withoutKey);
  if (altered > 0) {
    reasons.push(
      `${altered} cannot be decrypted, although their key is available: they were modified. Link their connections again.`,
    );
  }
  const meanwhile = left - withoutKey - altered;
  if (meanwhile > 0) {
    reasons.push(
      `${meanwhile} were encrypted with another key during the rotation: restart every process with the new ENCRYPTION_KEYS, and run the command again.`,
    );
  }
  return reasons.map((line) => `${line}\n`).join('');
}

function total({ resealed, keyMissing, altered }: RotationSummary): number {
  return resealed + keyMissing + altered;
}
