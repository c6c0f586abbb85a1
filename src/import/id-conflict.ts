import { invalidInput, type InvalidInput } from '../domain/refusal.ts';
import type { IdUse, StoreTransactor } from '../store/store.ts';
import type { CompanyRecord } from './record.ts';

interface NamedId {
  readonly field: string;
  readonly id: string;
  readonly kind: IdUse['kind'];
}

/**
 * Looks for an id of the record that already names something else: one id names one thing, for ever. So an id of a
 * deleted company or connection cannot be used again either.
 */
export async function findIdConflict(
  tx: StoreTransactor,
  record: CompanyRecord,
): Promise<InvalidInput | undefined> {
  const named = idsOf(record);
  const uses = await tx.idUses(named.map(({ id }) => id));
  const kinds = new Map<string, IdUse['kind']>();
  for (const { field, id, kind } of named) {
    const use = uses.get(id);
    const otherKind = use?.kind ?? kinds.get(id) ?? kind;
    if (otherKind !== kind) return invalidInput(field, `must not be the id of a ${otherKind}`);
    if (kind === 'connection' && kinds.has(id)) {
      return invalidInput(field, 'must not be given twice in one record');
    }
    kinds.set(id, kind);
    if (use?.deleted) return invalidInput(field, `must not be the id of a deleted ${kind}`);
    if (kind === 'connection' && use && use.companyId !== record.id) {
      return invalidInput(field, "must not be the id of another company's connection");
    }
  }
  return undefined;
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
