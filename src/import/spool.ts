import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ok, refuse, type Result } from '../domain/result.ts';

/** The longest input that is copied, in bytes: 1 GiB, which is about two million companies. */
const maxSpoolBytes = 1024 * 1024 * 1024;

/**
 * Copies an input into a temporary file before `work` reads it. A transaction that others wait for must not wait for
 * input. Refuses an input of more than `maxBytes` without doing any work.
 */
export async function spooled<T>(
  input: Readable,
  {
    signal,
    maxBytes = maxSpoolBytes,
  }: { readonly signal: AbortSignal; readonly maxBytes?: number },
  work: (open: () => Readable) => Promise<T>,
): Promise<Result<T, 'too long'>> {
  const folder = await mkdtemp(join(tmpdir(), 'connexions-'));
  let bytes = 0;
  const counted = async function* (chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > maxBytes) return;
      yield chunk;
    }
  };
  try {
    const file = join(folder, 'input');
    try {
      await pipeline(input, counted, createWriteStream(file, { mode: 0o600 }), { signal });
    } catch (error) {
      // The part that arrived before the interruption is not read: the import checks the signal first.
      if (!signal.aborted) throw error;
    }
    if (bytes > maxBytes) return refuse('too long');
    return ok(await work(() => createReadStream(file)));
  } finally {
    await rm(folder, { recursive: true });
  }
}
