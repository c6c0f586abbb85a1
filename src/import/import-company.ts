import type { Company, CompanyChanges } from '../domain/company.ts';
import type { Cause } from '../domain/event.ts';
import { invalidInput, type InvalidInput } from '../domain/refusal.ts';
import { ok, refuse, type Result } from '../domain/result.ts';
import { isActive } from '../domain/status.ts';
import { realChanges } from '../operations/companies.ts';
import type { StoreTransactor } from '../store/store.ts';
import { checkIds } from './id-conflict.ts';
import { IntegrationResolver } from './integration-resolver.ts';
import { ConnectionPlanner, cutOffHere, type Plan } from './plan-connection.ts';
import type { CompanyRecord } from './record.ts';

/** What became of a record. */
export type Outcome = Plan['outcome'];

/** What became of a company and of its connections. */
export interface CompanyOutcome {
  readonly company: Outcome;
  readonly connections: readonly Outcome[];
}

/**
 * Brings one company and its connections to what the record says, wholly or, if any part of it breaks a rule, not at
 * all. A status changes by the moves that the rules permit, each with its event. `lastSync` never goes back, and what
 * the record does not mention stays as it is.
 */
export async function importCompany(
  tx: StoreTransactor,
  record: CompanyRecord,
  cause: Cause,
): Promise<Result<CompanyOutcome, InvalidInput>> {
  const deleted = await checkIds(tx, record);
  if (!deleted.ok) return deleted;

  const company = await planCompany(tx, record, cause);
  const integrations = new IntegrationResolver(tx);
  const connections = await planConnections(tx, record, {
    deleted: deleted.value,
    integrations,
    cause,
  });
  if (!connections.ok) return connections;

  for (const write of company.writes) await write(tx);
  await integrations.save();
  for (const { writes } of connections.value) for (const write of writes) await write(tx);
  return ok({
    company: company.outcome,
    connections: connections.value.map(({ outcome }) => outcome),
  });
}

async function planCompany(
  tx: StoreTransactor,
  record: CompanyRecord,
  cause: Cause,
): Promise<Plan> {
  const { id, name, description, tags } = record;
  const [current] = await tx.companiesByIds([id]);
  if (current === undefined) {
    const created = record.created ?? cause.at;
    const company: Company = { id, name, description: description ?? null, created };
    return { outcome: 'created', writes: [(it) => it.createCompany(company, tags ?? [], cause)] };
  }
  const told: CompanyChanges = {
    name,
    ...(description !== undefined && { description }),
    ...(tags && { tags }),
  };
  const changes = realChanges(current, await tx.tagsByCompanyIds([id]), told);
  return changes
    ? { outcome: 'updated', writes: [(it) => it.updateCompany(current, changes, cause)] }
    : { outcome: 'unchanged', writes: [] };
}

interface Known {
  /** The ids of the record's connections that were deleted here: they are left so. */
  readonly deleted: ReadonlySet<string>;
  readonly integrations: IntegrationResolver;
  readonly cause: Cause;
}

async function planConnections(
  tx: StoreTransactor,
  { id: companyId, dataConnections }: CompanyRecord,
  { deleted, integrations, cause }: Known,
): Promise<Result<Plan[], InvalidInput>> {
  const records = [...(dataConnections ?? [])].map((record, index) => ({ record, index }));
  // A company may exchange its one active connection for another: the old one makes room first.
  records.sort((a, b) => Number(isActive(a.record.status)) - Number(isActive(b.record.status)));
  const current = await tx.connectionsByIds(records.map(({ record }) => record.id));
  const cutOff = await cutOffHere(tx, current);
  const planner = new ConnectionPlanner(await tx.activeConnectionsByCompanyIds([companyId]));

  const plans: Plan[] = [];
  for (const { record, index } of records) {
    if (deleted.has(record.id)) {
      plans.push({ outcome: 'unchanged', writes: [] });
      continue;
    }
    const known = current.find(({ id }) => id === record.id);
    const plan = planner.plan({
      companyId,
      record,
      current: known,
      wasCutOffHere: cutOff.has(record.id),
      integration: await integrations.resolve(record, known?.integrationId),
      cause,
    });
    if (!plan.ok) {
      const { field, rule } = plan.error;
      return refuse(invalidInput(`dataConnections[${index}].${field}`, rule));
    }
    plans.push(plan.value);
  }
  return ok(plans);
}
