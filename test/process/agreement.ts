import { isDeepStrictEqual } from 'node:util';
import { checkDatabase } from '../../src/store/sqlite/maintenance/check.ts';
import { rowsOf } from '../support/stored.ts';
import type { World } from './world.ts';

interface CompanyRow {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly isLive: 0 | 1;
}

/** Returns the differences between a database file and the model, and the findings of the product's own check. */
export function disagreements(file: string, world: World): unknown[] {
  const { findings } = checkDatabase(file);
  return [
    ...findings,
    ...differences(
      rowsOf<CompanyRow>(
        file,
        'SELECT id, name, description, deleted_at IS NULL AS isLive FROM companies',
      ),
      [...world.companies].map(([id, { name, description, isLive }]) => {
        return { id, name, description, isLive: Number(isLive) };
      }),
    ),
    ...differences(
      rowsOf<{ id: string }>(
        file,
        `SELECT company_id || ' ' || key AS id, value FROM company_tags`,
      ),
      [...world.companies].flatMap(([companyId, { tags }]) =>
        tags.map(({ key, value }) => ({ id: `${companyId} ${key}`, value })),
      ),
    ),
    ...differences(
      rowsOf<{ id: string }>(
        file,
        `SELECT id, company_id AS companyId, source_type AS sourceType, status, deleted_at IS NULL AS isLive
         FROM connections`,
      ),
      [...world.connections.values()].map(({ id, companyId, sourceType, status, isLive }) => {
        return { id, companyId, sourceType, status, isLive: Number(isLive) };
      }),
    ),
  ];
}

interface Row {
  readonly id: string;
}

function differences(stored: readonly Row[], expected: readonly Row[]) {
  const wanted = new Map(expected.map((row) => [row.id, row]));
  const unlike = stored.filter((row) => {
    const same = isDeepStrictEqual(row, wanted.get(row.id));
    if (same) wanted.delete(row.id);
    return !same;
  });
  return [
    ...unlike.map((row) => ({ stored: row, expected: wanted.get(row.id) })),
    ...[...wanted.values()]
      .filter(({ id }) => !unlike.some((row) => row.id === id))
      .map((row) => ({ stored: undefined, expected: row })),
  ];
}
