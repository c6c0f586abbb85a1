import { ndjson } from '../support/import.ts';
import { runCommand } from '../support/process.ts';
import type { Random } from '../support/random.ts';
import type { CompanyRecordInput } from '../support/records.ts';
import { rowsOf } from '../support/stored.ts';
import type { ImportRun } from './attempts.ts';
import { busyCompany, type Traffic } from './traffic.ts';

const newCompanies = 6;
const changedCompanies = 8;

/**
 * Runs imports one after another into a database that others change meanwhile, for as long as `goOn` returns true for
 * their number. Each imports new companies, and earlier ones with other statuses.
 */
export async function keepImporting(
  file: string,
  {
    traffic,
    random,
    goOn,
  }: { traffic: Traffic; random: Random; goOn: (imports: number) => boolean },
): Promise<ImportRun[]> {
  const runs: ImportRun[] = [];
  const known: CompanyRecordInput[] = [];
  do {
    const changed = known
      .slice(-changedCompanies)
      .map((record) => changedRecord(record, `Import ${runs.length}`, random));
    const added = Array.from({ length: newCompanies }, (_, index) =>
      busyCompany(`Company ${runs.length}.${index}`),
    );
    known.push(...added);
    // Clients also send requests for a company that does not exist yet.
    traffic.add(added.slice(0, 1));
    runs.push(await runImport(file, [...changed, ...added], traffic));
    traffic.add(added.slice(1));
  } while (goOn(runs.length));
  return runs;
}

async function runImport(
  file: string,
  records: readonly CompanyRecordInput[],
  traffic: Traffic,
): Promise<ImportRun> {
  const sent = traffic.tick();
  const { finished } = runCommand(['import', '-'], {
    env: { DATABASE_URL: `file:${file}` },
    input: ndjson(records),
  });
  const { code, stderr } = await finished;
  // The exit code is 1 if the import rejected records, such as those of deleted companies.
  if (code !== 0 && code !== 1) throw new Error(`an import ended in ${code}: ${stderr}`);
  const [last] = rowsOf<{ sequence: number | null }>(
    file,
    `SELECT max(sequence) AS sequence FROM events WHERE actor = 'import'`,
  );
  return {
    kind: 'import',
    records,
    sent,
    answered: traffic.tick(),
    lastEvent: last?.sequence ?? 0,
  };
}

/** Makes the record of a company as another system might have changed it. */
function changedRecord(
  record: CompanyRecordInput,
  name: string,
  random: Random,
): CompanyRecordInput {
  let isActive = false;
  const dataConnections = record.dataConnections.map((connection) => {
    const status = random.pick(['Linked', 'Linked', 'Unlinked', 'Deauthorized']);
    const isRival = isActive && connection.sourceType === 'Accounting' && status === 'Linked';
    isActive ||= connection.sourceType === 'Accounting' && status === 'Linked';
    return Object.assign({}, connection, { status: isRival ? 'Unlinked' : status });
  });
  return { ...record, name, tags: { number: name }, dataConnections };
}
