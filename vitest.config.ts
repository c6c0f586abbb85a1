import { readdirSync, readFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Runs quick files first, for early results in watch mode; a whole run is faster with the slow files first. */
class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- This is the sequencer's method, not an array's.
    return (await super.sort(files)).toReversed();
  }
}

export default defineConfig(({ mode }) => {
  const isSoak = mode === 'soak';
  return {
    // Vite would load graphql's ES module build beside the CommonJS build that Node gives to every library, and graphql
    // rejects a schema from another build.
    resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
    test: {
      include: isSoak ? filesWithMore() : ['test/**/*.test.ts'],
      globalSetup: ['test/support/look-for-chromium.ts', 'test/support/build.ts'],
      reporters: ['default', './test/support/closing-lines.ts'],
      // Files share a process and its modules: loading the gateway takes longer than most files.
      isolate: false,
      maxWorkers: '100%',
      ...(mode === 'watch' && { sequence: { sequencer: QuickFirst } }),
      env: { SOAK: isSoak ? 'on' : 'off', ...temporaryFolderInMemory() },
      // The default is one second, in which a busy machine may do nothing.
      expect: { poll: { timeout: 10_000 } },
      testTimeout: isSoak ? 600_000 : 30_000,
      hookTimeout: 30_000,
    },
  };
});

/** Returns the files that test something more often, or with more of it, in `npm run test:soak`. */
function filesWithMore(): string[] {
  return readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => join('test', file))
    .filter((file) => readFileSync(file, 'utf8').includes(`/support/soak.ts'`));
}

/** Tests make thousands of databases: puts them on an in-memory file system if there is one with enough room. */
function temporaryFolderInMemory(): { TMPDIR?: string } {
  const folder = '/dev/shm';
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize > 2e9 ? { TMPDIR: folder } : {};
  } catch {
    return {};
  }
}
