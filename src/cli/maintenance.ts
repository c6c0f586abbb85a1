import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { backUp, type BackupOptions } from '../store/sqlite/maintenance/backup.ts';
import { checkDatabase, type CheckReport } from '../store/sqlite/maintenance/check.ts';
import { restore, type RestoreOptions } from '../store/sqlite/maintenance/restore.ts';
import { listenForInterruption } from '../app/interruption.ts';
import type { Terminal } from '../app/terminal.ts';
import { keyFileOf } from '../vault/key-file.ts';

/** Backs the database up and reports on the terminal; returns the exit code. */
export async function runBackup(
  options: Omit<BackupOptions, 'signal'>,
  terminal: Terminal,
): Promise<number> {
  const interruption = listenForInterruption();
  try {
    const result = await backUp({ ...options, signal: interruption.signal });
    if (!result.ok) return fail(terminal, result.error);
    const { bytes, report } = result.value;
    print(terminal, `${resolve(options.file)}: ${size(bytes)}, ${summary(report)}`);
    const keyFile = keyFileOf(realpathSync(options.database));
    if (existsSync(keyFile)) {
      print(
        terminal,
        `${keyFile} is not part of the backup: keep a copy of this key in another place`,
      );
    }
    if (report.findings.length === 0) return 0;
    printFindings(terminal, report);
    return fail(
      terminal,
      'The backup was written, but npm run restore will not accept it because of these findings.',
    );
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    terminal.tell('Stopped: no backup was written.\n');
    return interruption.exitCode();
  } finally {
    interruption.ignore();
  }
}

/** Restores a backup and reports on the terminal; returns the exit code. */
export async function runRestore(options: RestoreOptions, terminal: Terminal): Promise<number> {
  const result = await restore(options);
  if (!result.ok) {
    const { reason, report } = result.error;
    if (report) printFindings(terminal, report);
    return fail(terminal, reason);
  }
  const { replaced, report } = result.value;
  print(terminal, `${resolve(options.database)} is restored: ${summary(report)}`);
  if (replaced !== undefined) print(terminal, `The previous database is kept as ${replaced}`);
  return 0;
}

/** Checks a database and reports on the terminal; returns the exit code. */
export function runCheck(file: string, terminal: Terminal): number {
  const report = checkDatabase(file);
  if (report.findings.length === 0) {
    print(terminal, `${resolve(file)} is sound: ${summary(report)}`);
    return 0;
  }
  printFindings(terminal, report);
  const total = report.findings.reduce((sum, { count }) => sum + count, 0);
  return fail(terminal, `${resolve(file)} has ${plural(total, 'finding')}`);
}

function summary({ counts, version }: CheckReport): string {
  const rows = counts
    ? [
        plural(counts.companies, 'company', 'companies'),
        plural(counts.connections, 'connection'),
        plural(counts.events, 'event'),
      ]
    : [];
  return [...rows, describeVersion(version)].join(', ');
}

function describeVersion({ applied, latest }: CheckReport['version']): string {
  return applied === latest
    ? `schema version ${applied} (current)`
    : `schema version ${applied} (outdated: the next start of the gateway upgrades it to ${latest})`;
}

/** Prints each recorded finding as a line on standard output, so that they can be filtered. */
function printFindings(terminal: Terminal, { findings }: CheckReport): void {
  for (const { kind, count: found, first } of findings) {
    for (const finding of first) print(terminal, `${kind}: ${finding}`);
    if (found > first.length) print(terminal, `${kind}: and ${found - first.length} more`);
  }
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

function print(terminal: Terminal, line: string): void {
  terminal.print(`${line}\n`);
}

function fail(terminal: Terminal, message: string): number {
  terminal.tell(`${message}\n`);
  return 1;
}
