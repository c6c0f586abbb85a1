import { readdirSync, readFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Whoever waits for the first answer has it soon; a whole run ends sooner if it begins with what takes long. */
class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- It is the sequencer that sorts, not an array.
    return (await super.sort(files)).toReversed();
  }
}

export default defineConfig(({ mode }) => {
  const isSoak = mode === 'soak';
  return {
    // Vite would load graphql's ES module build beside the CommonJS one that Node gives to every library, and graphql
    // refuses a schema that the other one made.
    resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
    test: {
      include: isSoak ? filesWithMore() : ['test/**/*.test.ts'],
      globalSetup: ['test/support/look-for-chromium.ts', 'test/support/build.ts'],
      reporters: ['default', './test/support/closing-lines.ts'],
      // Files share a process and its modules: to load the gateway takes longer than most files do.
      isolate: false,
      maxWorkers: '100%',
      ...(mode === 'watch' && { sequence: { sequencer: QuickFirst } }),
      env: { SOAK: isSoak ? 'on' : 'off', ...temporaryFolderInMemory() },
      // Its own default is one second, in which a busy machine may do nothing.
      expect: { poll: { timeout: 10_000 } },
      testTimeout: isSoak ? 600_000 : 30_000,
      hookTimeout: 30_000,
    },
  };
});

/** The files that try something more often, or with more of it, in `npm run test:soak`. */
function filesWithMore(): string[] {
  return readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => join('test', file))
    .filter((file) => readFileSync(file, 'utf8').includes(`/support/soak.ts'`));
}

/** Thousands of databases are made: where the system has a file system in memory, with room for them, they go there. */
function temporaryFolderInMemory(): { TMPDIR?: string } {
  const folder = '/dev/shm';
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize > 2e9 ? { TMPDIR: folder } : {};
  } catch {
    return {};
  }
}
