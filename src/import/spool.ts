import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * Copies an input into a temporary file before `work` reads it. A transaction that others wait for must not wait for
 * input.
 */
export async function spooled<T>(
  input: Readable,
  signal: AbortSignal,
  work: (open: () => Readable) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'connexions-'));
  try {
    const file = join(folder, 'input');
    try {
      await pipeline(input, createWriteStream(file, { mode: 0o600 }), { signal });
    } catch (error) {
      // The part that arrived before the interruption is not read: the import checks the signal first.
      if (!signal.aborted) throw error;
    }
    return await work(() => createReadStream(file));
  } finally {
    await rm(folder, { recursive: true });
  }
}
