import { invalidInput, type InvalidInput } from '../domain/refusal.ts';
import { ok, refuse, type Result } from '../domain/result.ts';
import type { IdUse } from '../store/ids.ts';
import type { CompanyRecord } from './record.ts';

interface NamedId {
  readonly field: string;
  readonly id: string;
  readonly kind: IdUse['kind'];
}

/**
 * Refuses a record with an id that already names something else: an id names one thing permanently. The id of a deleted
 * company or connection cannot be reused either. But a record may still contain a connection of its company that was
 * deleted here: returns the ids of these.
 */
export function checkIds(
  record: CompanyRecord,
  uses: ReadonlyMap<string, IdUse>,
): Result<ReadonlySet<string>, InvalidInput> {
  const named = idsOf(record);
  const kinds = new Map<string, IdUse['kind']>();
  const deleted = new Set<string>();
  for (const { field, id, kind } of named) {
    const use = uses.get(id);
    const otherKind = use?.kind ?? kinds.get(id) ?? kind;
    if (otherKind !== kind) {
      return conflict(field, `must not be the id of ${withArticle[otherKind]}`);
    }
    if (kind === 'connection' && kinds.has(id)) {
      return conflict(field, 'must not appear twice in one record');
    }
    kinds.set(id, kind);
    if (kind === 'connection' && use && use.companyId !== record.id) {
      return conflict(field, "must not be the id of another company's connection");
    }
    if (use?.deleted && kind !== 'connection') {
      return conflict(field, `must not be the id of a deleted ${kind}`);
    }
    if (use?.deleted) deleted.add(id);
  }
  return ok(deleted);
}

const withArticle = {
  company: 'a company',
  connection: 'a connection',
  integration: 'an integration',
} as const;

function conflict(field: string, rule: string): Result<never, InvalidInput> {
  return refuse(invalidInput(field, rule));
}

function idsOf(record: CompanyRecord): NamedId[] {
  const connections = (record.dataConnections ?? []).flatMap(
    ({ id, integrationId }, index): NamedId[] => [
      { field: `dataConnections[${index}].id`, id, kind: 'connection' },
      {
        field: `dataConnections[${index}].integrationId`,
        id: integrationId,
        kind: 'integration',
      },
    ],
  );
  return [{ field: 'id', id: record.id, kind: 'company' }, ...connections];
}
