import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * Takes all of an input, into a file that goes afterwards, before `work` reads any of it: what a transaction reads, while
 * others wait for it, must not have to be waited for itself.
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
      // What came before the interruption is not read either: the import looks at the signal first.
      if (!signal.aborted) throw error;
    }
    return await work(() => createReadStream(file));
  } finally {
    await rm(folder, { recursive: true });
  }
}
