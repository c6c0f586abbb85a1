import { execFileSync } from 'node:child_process';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext } from 'vitest';
import { whenOver } from './lifetime.ts';

/** A mounted disk for one test. */
export interface TestDisk {
  readonly folder: string;
  /** Makes the disk read-only, as a system does when a disk fails. No file on it may be open for writing. */
  makeReadOnly(): void;
}

/** Mounts a disk of this size that is removed after the test. Skips the test if the user cannot mount one. */
export async function mountDisk(megabytes: number, skip: TestContext['skip']): Promise<TestDisk> {
  const folder = await mkdtemp(join(tmpdir(), 'connexions-disk-'));
  try {
    mount('-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder);
  } catch (error) {
    await rmdir(folder);
    skip(`this user cannot mount a disk: ${String(error)}`);
  }
  whenOver(async () => {
    // Lazily: the test's processes end after this hook, since hooks run in reverse order of registration.
    execFileSync('umount', ['--lazy', folder]);
    await rmdir(folder);
  });
  return { folder, makeReadOnly: () => mount('-o', 'remount,ro', folder) };
}

function mount(...args: string[]): void {
  execFileSync('mount', args, { stdio: 'pipe' });
}
