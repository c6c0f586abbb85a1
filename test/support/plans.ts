import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openStore } from '../../src/app/gateway/open-store.ts';
import { addFoldFunction } from '../../src/store/sqlite/matching/fold-function.ts';
import type { Store } from '../../src/store/store.ts';
import { whenOver } from './lifetime.ts';
import { temporaryFolder } from './folder.ts';

/** A store over a new file, which can tell how SQLite runs its statements. */
export interface ExplainedStore {
  readonly store: Store;
  readonly file: string;
  /** The query plan of each statement that `work` runs, one line a step. */
  readonly plansOf: (work: () => Promise<unknown>) => Promise<string[]>;
}

/** Opens a store that ends with the test. */
export async function openExplainedStore(): Promise<ExplainedStore> {
  const file = join(await temporaryFolder(), 'test.db');
  let statements: string[] = [];
  const store = await openStore({ file, onStatement: (sql) => statements.push(sql) });
  // A connection of its own, so that explaining is not recorded. The statements come with their values in place of
  // the parameters; SQLite plans both the same, since it weighs values only where ANALYZE has run.
  const explaining = new Database(file, { readonly: true });
  addFoldFunction(explaining);
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

/** Whether a plan reads a whole table of companies or connections, by an index or without. */
export function readsAll(plan: string): boolean {
  return /^SCAN (?:companies|connections)(?: |$)/m.test(plan);
}

/** Whether a plan reads a whole table of companies or connections by itself: not even by an index. */
export function readsWholeTable(plan: string): boolean {
  return /^SCAN (?:companies|connections)\b(?! USING)/m.test(plan);
}

/** Whether a plan sorts what it found. */
export function sorts(plan: string): boolean {
  return plan.includes('USE TEMP B-TREE FOR ORDER BY');
}

/** Every way to take one of the choices for each name. */
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
