import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whenOver } from './lifetime.ts';

/** Makes a folder that is removed when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'connexions-test-'));
  whenOver(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
