import type { CompanyChanges } from '../domain/company-input.ts';
import { invalidInput, type InvalidInput } from '../domain/refusal.ts';
import type { Instant } from '../domain/instant.ts';
import { ok, refuse, type Result } from '../domain/result.ts';
import { isActive } from '../domain/status.ts';
import { realChanges } from '../operations/companies.ts';
import { futureTime } from './future.ts';
import { checkIds } from './id-conflict.ts';
import type { ImportWriter } from './import-writer.ts';
import { IntegrationResolver } from './integration-resolver.ts';
import type { KnownIntegrations } from './known-integrations.ts';
import type { KnownRecords } from './known-records.ts';
import { ConnectionPlanner, type Plan } from './plan-connection.ts';
import type { CompanyRecord } from './record.ts';

/** The result of importing a record. */
export type Outcome = Plan['outcome'];

/** The result of importing a company and its connections. */
export interface CompanyOutcome {
  readonly company: Outcome;
  readonly connections: readonly Outcome[];
}

/** The state that records are imported into. */
export interface ImportState {
  readonly known: KnownRecords;
  readonly integrations: KnownIntegrations;
  /** The maximum number of live connections of one company. */
  readonly maxConnections: number;
  readonly now: Instant;
}

/**
 * Imports one company and its connections as the record says, or nothing if any part of it breaks a rule. A status
 * changes only by permitted moves, each with its event. `lastSync` never goes back. Fields that the record leaves out
 * stay as they are.
 */
export async function importCompany(
  record: CompanyRecord,
  state: ImportState,
  writer: ImportWriter,
): Promise<Result<CompanyOutcome, InvalidInput>> {
  const deleted = checkIds(record, state.known.uses);
  if (!deleted.ok) return deleted;
  const invalid = futureTime(record, state.now) ?? checkCount(record, state);
  if (invalid !== undefined) return refuse(invalid);

  const company = planCompany(record, state);
  const integrations = new IntegrationResolver(state.integrations);
  const connections = await planConnections(record, state, {
    deleted: deleted.value,
    integrations,
  });
  if (!connections.ok) return connections;

  for (const write of company.writes) await write(writer);
  await integrations.save();
  for (const { writes } of connections.value) for (const write of writes) await write(writer);
  return ok({
    company: company.outcome,
    connections: connections.value.map(({ outcome }) => outcome),
  });
}

function checkCount(
  { id, dataConnections }: CompanyRecord,
  { known, maxConnections }: ImportState,
): InvalidInput | undefined {
  const added = (dataConnections ?? []).filter((it) => !known.uses.has(it.id)).length;
  if (added === 0 || (known.counts.get(id) ?? 0) + added <= maxConnections) return undefined;
  return invalidInput(
    'dataConnections',
    `must not give the company more than ${maxConnections} connections (MAX_CONNECTIONS_PER_COMPANY)`,
  );
}

function planCompany(record: CompanyRecord, { known, now }: ImportState): Plan {
  const { id, name, description, tags } = record;
  const current = known.companies.get(id);
  if (current === undefined) {
    const created = record.created ?? now;
    const company = { id, name, description: description ?? null, created, tags: tags ?? [] };
    return { outcome: 'created', writes: [async (writer) => writer.createCompany(company)] };
  }
  const told: CompanyChanges = {
    name,
    ...(description !== undefined && { description }),
    ...(tags && { tags }),
  };
  const changes = realChanges(current, known.tags.get(id) ?? [], told);
  return changes
    ? { outcome: 'updated', writes: [(writer) => writer.updateCompany(current, changes)] }
    : { outcome: 'unchanged', writes: [] };
}

interface Resolved {
  /** The ids of the record's connections that were deleted here; they stay deleted. */
  readonly deleted: ReadonlySet<string>;
  readonly integrations: IntegrationResolver;
}

async function planConnections(
  { id: companyId, dataConnections }: CompanyRecord,
  { known, now }: ImportState,
  { deleted, integrations }: Resolved,
): Promise<Result<Plan[], InvalidInput>> {
  const records = [...(dataConnections ?? [])].map((record, index) => ({ record, index }));
  // A company may replace its one active connection: first deactivate the old one.
  records.sort((a, b) => Number(isActive(a.record.status)) - Number(isActive(b.record.status)));
  const planner = new ConnectionPlanner(known.active.get(companyId) ?? []);

  const plans: Plan[] = [];
  for (const { record, index } of records) {
    if (deleted.has(record.id)) {
      plans.push({ outcome: 'unchanged', writes: [] });
      continue;
    }
    const current = known.connections.get(record.id);
    const plan = planner.plan({
      companyId,
      record,
      current,
      wasCutOffHere: known.cutOff.has(record.id),
      integration: await integrations.resolve(record, current?.integrationId),
      now,
    });
    if (!plan.ok) {
      const { field, rule } = plan.error;
      return refuse(invalidInput(`dataConnections[${index}].${field}`, rule));
    }
    plans.push(plan.value);
  }
  return ok(plans);
}
