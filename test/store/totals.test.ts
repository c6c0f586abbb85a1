import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { connectionStatuses, type ConnectionStatus } from '../../src/domain/status.ts';
import { checkTotals } from '../../src/store/sqlite/maintenance/check-totals.ts';
import { Findings } from '../../src/store/sqlite/maintenance/findings.ts';
import { setsWith, statusSets } from '../../src/store/sqlite/schema/status-set.ts';
import { createRawDatabase, type RawDatabase } from '../support/raw-database.ts';

// Triggers maintain the sets of statuses and the totals, whatever code writes to the database.

test('every set of statuses is found by each of its statuses', () => {
  const found = [...connectionStatuses, 'NoConnections' as const].map((it) => setsWith([it]));

  expect(found.map((sets) => sets.length)).toEqual([8, 8, 8, 8, 1]);
  expect(setsWith([...connectionStatuses, 'NoConnections'])).toEqual(statusSets);
  expect(setsWith([])).toEqual([]);
});

test('a company is under the statuses of its connections', async () => {
  const { db, addCompany, addConnection } = await createRawDatabase();
  for (const status of connectionStatuses) {
    const company_id = addCompany().id;
    addConnection({ company_id, status, source_type: 'Banking' });
    const statuses = db
      .prepare('SELECT statuses FROM companies WHERE id = ?')
      .pluck()
      .get(company_id);

    expect(setsWith([status])).toContain(statuses);
    expect(setsWith(connectionStatuses.filter((it) => it !== status))).not.toContain(statuses);
  }
});

type Change = (raw: RawDatabase) => void;

const nth = fc.nat(11);
const changes: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(nth, fc.constantFrom(...connectionStatuses), fc.boolean()).map(addTo),
  fc.tuple(nth, fc.constantFrom<ConnectionStatus>('Linked', 'Unlinked', 'Deauthorized')).map(
    ([index, to]): Change =>
      ({ db }) =>
        attempt(() =>
          db
            .prepare(`UPDATE connections SET status = ? WHERE id = ${at('connections')}`)
            .run(to, index),
        ),
  ),
  nth.map(
    (index): Change =>
      ({ db }) =>
        attempt(() =>
          db
            .prepare(`UPDATE connections SET deleted_at = 1 WHERE id = ${at('connections')}`)
            .run(index),
        ),
  ),
  nth.map(
    (index): Change =>
      ({ db }) =>
        attempt(() =>
          db
            .prepare(`UPDATE companies SET deleted_at = 1 WHERE id = ${at('companies')}`)
            .run(index),
        ),
  ),
);

function addTo([index, status, isNew]: [number, ConnectionStatus, boolean]): Change {
  return ({ db, addCompany, addConnection }) => {
    const company_id = isNew
      ? addCompany().id
      : db
          .prepare<[number], string>(`SELECT ${at('companies')}`)
          .pluck()
          .get(index);
    if (company_id) attempt(() => addConnection({ company_id, status, source_type: 'Banking' }));
  };
}

function at(table: string): string {
  return `(SELECT id FROM ${table} ORDER BY rowid LIMIT 1 OFFSET ?)`;
}

/** Makes a change that the database may reject because it breaks a rule. */
function attempt(change: () => unknown): void {
  try {
    change();
  } catch (error) {
    expect(String(error)).toMatch(
      /cannot move|never changes|gets no connection|after its connections/,
    );
  }
}

test('the sets of statuses and the totals are as the rows are, whatever is changed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(changes, { minLength: 20, maxLength: 60 }), async (all) => {
      const raw = await createRawDatabase();

      for (const change of all) change(raw);

      const findings = new Findings();
      checkTotals(raw.db, findings);
      expect(findings.all()).toEqual([]);
    }),
    { numRuns: 10 },
  );
});
