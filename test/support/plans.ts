import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openStore } from '../../src/app/gateway/open-store.ts';
import { addFoldFunction } from '../../src/store/sqlite/schema/fold-function.ts';
import { addDeadlineFunction } from '../../src/store/sqlite/statements/deadline.ts';
import type { Store } from '../../src/store/store.ts';
import { whenOver } from './lifetime.ts';
import { temporaryFolder } from './folder.ts';

/** A store over a new file, with the query plans of its statements. */
export interface ExplainedStore {
  readonly store: Store;
  readonly file: string;
  /** Returns the query plan of each statement that `work` runs, one line per step. */
  readonly plansOf: (work: () => Promise<unknown>) => Promise<string[]>;
}

/** Opens a store that ends with the test. */
export async function openExplainedStore(): Promise<ExplainedStore> {
  const file = join(await temporaryFolder(), 'test.db');
  let statements: string[] = [];
  const store = await openStore({ file, onStatement: (sql) => statements.push(sql) });
  // EXPLAIN runs on a separate connection, so that it is not recorded. Recorded statements contain values in place of
  // parameters. SQLite plans both the same, since it considers values only after ANALYZE.
  const explaining = new Database(file, { readonly: true });
  addFoldFunction(explaining);
  addDeadlineFunction(explaining, () => {});
  whenOver(async () => {
    explaining.close();
    await store.close();
  });
  const explain = (statement: string) =>
    explaining
      .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${statement}`)
      .all()
      .map(({ detail }) => detail)
      .join('\n');
  return {
    store,
    file,
    plansOf: async (work) => {
      statements = [];
      await work();
      return statements.map(explain);
    },
  };
}

/** Reports whether a plan reads all companies or connections, from the table or from an index. */
export function readsAll(plan: string): boolean {
  return /^SCAN (?:companies|connections)(?: |$)/m.test(plan);
}

/** Reports whether a plan reads a whole table of companies or connections without an index. */
export function readsWholeTable(plan: string): boolean {
  return /^SCAN (?:companies|connections)\b(?! USING)/m.test(plan);
}

/** Reports whether a plan sorts its result. */
export function sorts(plan: string): boolean {
  return plan.includes('USE TEMP B-TREE FOR ORDER BY');
}

/** Returns every combination of one choice for each name. */
export function combinations<Choices extends Record<string, readonly unknown[]>>(
  choices: Choices,
): { [Name in keyof Choices]: Choices[Name][number] }[] {
  let combined: Record<string, unknown>[] = [{}];
  for (const [name, values] of Object.entries(choices)) {
    combined = combined.flatMap((others) =>
      values.map((value) => Object.assign({}, others, { [name]: value })),
    );
  }
  return combined as { [Name in keyof Choices]: Choices[Name][number] }[];
}
