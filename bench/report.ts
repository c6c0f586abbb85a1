import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { dataFolder, productFolder } from './product.ts';
import type { Settings } from './settings.ts';

/** The results of one part of the benchmark. */
export interface Report {
  readonly name: string;
  readonly title: string;
  /** Paragraphs under the title. */
  readonly how: readonly string[];
  readonly tables: readonly (readonly (readonly string[])[])[];
}

const resultsFolder = fileURLToPath(new URL('../results/', import.meta.url));
const loadAtStart = loadavg()[0] ?? 0;
/** A load average above this means that something else used the machine. */
const quietLoad = 0.5;

/** Prints a report and writes it to a Markdown file: in the data folder if it is a quick run, else in the results. */
export function publish(report: Report, settings: Settings): void {
  const text = [
    `# ${report.title}`,
    ...(settings.quick
      ? ['A quick run, which shows that everything works: the figures mean nothing.']
      : []),
    machine().join('\n'),
    ...report.how,
    ...report.tables.map(table),
  ].join('\n\n');
  const folder = settings.quick ? dataFolder : resultsFolder;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}${report.name}.md`, `${text}\n`);
  process.stdout.write(`\n${text}\n\n`);
}

/** Prints the progress to standard error. */
export function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Formats a number as an integer with thousands separators. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Formats a number with a fixed number of decimals. */
export function decimal(value: number, digits = 2): string {
  return value.toFixed(digits);
}

function machine(): string[] {
  const [cpu] = cpus();
  const loaded = `load average ${decimal(loadAtStart)} at the start`;
  return [
    `- ${new Date().toISOString().slice(0, 10)}, Connexions ${commit()}`,
    `- ${cpu?.model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB of memory, ${type()} ${release()}, ${loaded}${loadAtStart > quietLoad ? ' (NOT QUIET)' : ''}`,
    `- Node ${process.versions.node}, SQLite ${sqliteVersion()}, ${peerVersions()}`,
  ];
}

function commit(): string {
  try {
    const options = { cwd: productFolder, encoding: 'utf8' } as const;
    return execFileSync('git', ['describe', '--always', '--dirty'], options).trim();
  } catch {
    return 'of an unknown commit';
  }
}

function sqliteVersion(): string {
  const db = new Database(':memory:');
  const version = db.prepare<[], string>('select sqlite_version()').pluck().get() ?? '';
  db.close();
  return version;
}

function peerVersions(): string {
  const file = new URL('../package.json', import.meta.url);
  const { dependencies } = JSON.parse(readFileSync(file, 'utf8')) as {
    dependencies: Record<string, string>;
  };
  return ['@apollo/server', 'mercurius', 'fastify', 'graphql-yoga', 'graphql', 'autocannon']
    .map((name) => `${name} ${dependencies[name]}`)
    .join(', ');
}

/** Formats a Markdown table. The first row is the head; the first column is text and the others are figures. */
function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...lines] = rows;
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => pad(cell, column, widths[column] ?? 0)).join(' | ')} |`;
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [line(head), `| ${rule.join(' | ')} |`, ...lines.map(line)].join('\n');
}

function pad(cell: string, column: number, width: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}
