import type { Company, Tag } from '../domain/company.ts';
import { companyChanges, newCompany, type CompanyChanges } from '../domain/company-input.ts';
import type { Cause } from '../domain/event.ts';
import { newId, type CompanyId } from '../domain/id.ts';
import {
  notFound,
  validate,
  type InvalidInput,
  type NotFound,
  type TooManyConnections,
} from '../domain/refusal.ts';
import { ok, refuse, type Result } from '../domain/result.ts';
import type { Session } from '../store/store.ts';

/** Creates a company from unchecked input in the form of `newCompany`. */
export async function createCompany(
  session: Session,
  input: unknown,
  cause: Cause,
): Promise<Result<Company, InvalidInput>> {
  const valid = validate(newCompany, input);
  if (!valid.ok) return valid;
  const { tags, ...details } = valid.value;
  const company = { id: newId<CompanyId>(), ...details, created: cause.at };
  await session.transact((tx) => tx.companies.create(company, tags, cause));
  return ok(company);
}

/** Changes a company by unchecked input in the form of `companyChanges`. Records no event if nothing changes. */
export async function updateCompany(
  session: Session,
  id: CompanyId,
  input: unknown,
  cause: Cause,
): Promise<Result<Company, InvalidInput | NotFound>> {
  const valid = validate(companyChanges, input);
  if (!valid.ok) return valid;
  return session.transact(async (tx) => {
    const [company] = await tx.companies.byIds([id]);
    if (company === undefined) return refuse(notFound('company', 'companyId'));
    const changes = realChanges(company, await tx.companies.tagsByIds([id]), valid.value);
    return ok(changes ? await tx.companies.update(company, changes, cause) : company);
  });
}

/**
 * Deletes a company and its connections. Refuses if it has more than `maxConnections`, which a database can hold from a
 * time with a higher limit: one transaction would delete them for seconds, and nobody else could write meanwhile.
 */
export async function deleteCompany(
  session: Session,
  id: CompanyId,
  maxConnections: number,
  cause: Cause,
): Promise<Result<CompanyId, NotFound | TooManyConnections>> {
  return session.transact(async (tx) => {
    const [company] = await tx.companies.byIds([id]);
    if (company === undefined) return refuse(notFound('company', 'companyId'));
    const connections = await tx.connections.byCompanyIds([id], {}, maxConnections + 1);
    if (connections.length > maxConnections) {
      return refuse({ kind: 'TooManyConnections', limit: maxConnections });
    }
    await tx.connections.deleteAll(connections, cause);
    await tx.companies.delete(id, cause);
    return ok(id);
  });
}

/** Returns the `changes` that differ from the current company; `undefined` if there are none. */
export function realChanges(
  company: Company,
  currentTags: readonly Tag[],
  changes: CompanyChanges,
): CompanyChanges | undefined {
  const { name, description, tags } = changes;
  const real = {
    ...(name !== undefined && name !== company.name && { name }),
    ...(description !== undefined && description !== company.description && { description }),
    ...(tags !== undefined && !sameTags(tags, currentTags) && { tags }),
  };
  return Object.keys(real).length > 0 ? real : undefined;
}

function sameTags(a: readonly Tag[], b: readonly Tag[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ key, value }) => b.some((tag) => tag.key === key && tag.value === value))
  );
}
