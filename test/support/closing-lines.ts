import { relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

const slowest = 10;

/** Ends a test run with the files that took longest and with one machine-readable line of counts. */
export default class ClosingLines implements Reporter {
  onTestRunEnd(files: readonly TestModule[]): void {
    const rows = files
      .map((file) => ({ name: relative('', file.moduleId), ms: file.diagnostic().duration }))
      .toSorted((a, b) => b.ms - a.ms)
      .slice(0, slowest)
      .map(({ name, ms }) => `${(ms / 1000).toFixed(1).padStart(8)} s  ${name}`);
    const count = (state: 'passed' | 'failed' | 'skipped') =>
      files.reduce((sum, file) => sum + [...file.children.allTests(state)].length, 0);
    // A file that cannot be loaded fails without a failed test.
    const broken = files.filter((file) => !file.ok() && noneFailed(file)).length;
    const skipped = count('skipped');
    const counts = [`${count('passed')} passed`, `${count('failed') + broken} failed`];
    if (skipped > 0) counts.push(`${skipped} skipped`);
    process.stdout.write(`${['The slowest files:', ...rows, '', counts.join(', ')].join('\n')}\n`);
  }
}

function noneFailed(file: TestModule): boolean {
  return [...file.children.allTests('failed')].length === 0;
}
