import { invalidInput, validate, type InvalidInput } from '../domain/refusal.ts';
import { refuse, type Result } from '../domain/result.ts';
import type { SourceRecord } from './source-record.ts';
import { recordLimits } from './record-text.ts';
import { companyRecord, type CompanyRecord } from './record.ts';

/** A record that was checked as far as possible without the store. Holds no ignored fields. */
export interface CheckedRecord {
  readonly place: string;
  readonly id: string | undefined;
  /** How many connections it has, valid or not. */
  readonly connections: number;
  readonly checked: Result<CompanyRecord, InvalidInput>;
}

/** How many companies and connections, counted together, are read before any is written. */
const batchSize = 3000;
/** How many bytes of records are read before any is written: a short part of a text can keep all of the text in memory. */
const batchBytes = recordLimits.bytes / 2;
/** How many of them are looked up and created together. */
const groupSize = 300;

/** Reads and checks records and yields them in batches. */
export async function* batches(
  records: AsyncIterable<SourceRecord>,
  signal: AbortSignal | undefined,
): AsyncGenerator<CheckedRecord[]> {
  let batch: CheckedRecord[] = [];
  let size = 0;
  let bytes = 0;
  for await (const record of records) {
    if (signal?.aborted) return;
    const checked = check(record);
    batch.push(checked);
    size += sizeOf(checked);
    bytes += 'bytes' in record ? record.bytes : 0;
    if (size < batchSize && bytes < batchBytes) continue;
    yield batch;
    batch = [];
    size = 0;
    bytes = 0;
  }
  if (batch.length > 0 && !signal?.aborted) yield batch;
}

/**
 * Splits records into groups that can be looked up together before any record is imported. No record's company or
 * connection id occurs in an earlier record of its group, and no integration id is a company or connection id there.
 */
export function* groupsOf(records: readonly CheckedRecord[]): Generator<CheckedRecord[]> {
  let group: CheckedRecord[] = [];
  let size = 0;
  const things = new Set<string>();
  const integrations = new Set<string>();
  for (const record of records) {
    const named = record.checked.ok ? namesOf(record.checked.value) : noNames;
    const meets =
      named.things.some((id) => things.has(id) || integrations.has(id)) ||
      named.integrations.some((id) => things.has(id));
    if (meets || size >= groupSize) {
      yield group;
      group = [];
      size = 0;
      things.clear();
      integrations.clear();
    }
    group.push(record);
    size += sizeOf(record);
    for (const id of named.things) things.add(id);
    for (const id of named.integrations) integrations.add(id);
  }
  if (group.length > 0) yield group;
}

interface Names {
  /** The ids of the company and of its connections. */
  readonly things: readonly string[];
  readonly integrations: readonly string[];
}

const noNames: Names = { things: [], integrations: [] };

function namesOf({ id, dataConnections }: CompanyRecord): Names {
  const connections = dataConnections ?? [];
  return {
    things: [id, ...connections.map((connection) => connection.id)],
    integrations: connections.map((connection) => connection.integrationId),
  };
}

function sizeOf({ connections }: CheckedRecord): number {
  return 1 + connections;
}

function check(record: SourceRecord): CheckedRecord {
  const { place } = record;
  if ('unreadable' in record) {
    const checked = refuse(invalidInput('', record.unreadable));
    return { place, id: undefined, connections: 0, checked };
  }
  const { id, dataConnections } = (record.value ?? {}) as Record<string, unknown>;
  const connections = Array.isArray(dataConnections) ? dataConnections.length : 0;
  return {
    place,
    id: typeof id === 'string' ? id.slice(0, 100) : undefined,
    connections,
    checked: validate(companyRecord, record.value),
  };
}
