import DataLoader from 'dataloader';
import type { CompanyId, ConnectionId, IntegrationId } from '../../../domain/id.ts';
import type { ConnectionEvent } from '../../../domain/event.ts';
import type { CompanyConnectionsFilter } from '../../../store/connections.ts';
import type { Page, Window } from '../../../store/lists.ts';
import type { StoreReader } from '../../../store/store.ts';
import { ReadBudget } from './read-budget.ts';

/** Factories of the loaders. Each access path has one loader, so that all loads of one tick run one statement. */
const makers = {
  company: (store: StoreReader) =>
    oneById((ids: readonly CompanyId[]) => store.companies.byIds(ids)),
  tagsOfCompany: (store: StoreReader) => manyByCompany((ids) => store.companies.tagsByIds(ids)),
  connection: (store: StoreReader) =>
    oneById((ids: readonly ConnectionId[]) => store.connections.byIds(ids)),
  connectionsOfCompany: (store: StoreReader, budget: ReadBudget) =>
    oncePerArguments((filter: CompanyConnectionsFilter) =>
      manyByCompany((ids) =>
        budget.spend((limit) => store.connections.byCompanyIds(ids, filter, limit)),
      ),
    ),
  activeConnectionsOfCompany: (store: StoreReader) =>
    manyByCompany((ids) => store.connections.activeByCompanyIds(ids)),
  connectionSummariesOfCompany: (store: StoreReader) =>
    manyByCompany((ids) => store.connections.summariesByCompanyIds(ids)),
  integration: (store: StoreReader) =>
    oneById((ids: readonly IntegrationId[]) => store.integrations.byIds(ids)),
  history: (store: StoreReader) =>
    oncePerArguments((window: Window<number>) =>
      fromMap(
        (ids: readonly ConnectionId[]) => store.events.byConnectionIds(ids, window),
        (): Page<ConnectionEvent, number> => ({ entries: [], more: false }),
      ),
    ),
  historyCount: (store: StoreReader) =>
    fromMap(
      (ids: readonly ConnectionId[]) => store.events.countsByConnectionIds(ids),
      () => 0,
    ),
  grantedScopesOfConnection: (store: StoreReader) =>
    fromMap(
      (ids: readonly ConnectionId[]) => store.grantedScopes.byConnectionIds(ids),
      (): readonly string[] | undefined => undefined,
    ),
  credentialHealth: (store: StoreReader) =>
    new DataLoader(async (ids: readonly ConnectionId[]) => {
      const health = await store.credentials.healthByConnectionIds(ids);
      const found = new Map(health.map((it) => [it.connectionId, it]));
      return ids.map((id) => found.get(id));
    }),
};

type Makers = typeof makers;
type Made = { -readonly [Name in keyof Makers]?: ReturnType<Makers[Name]> };

/** Loaders of one request. Each is created on its first use, because most requests use only a few. */
export type Loaders = { readonly [Name in keyof Makers]: ReturnType<Makers[Name]> } & {
  /** Discards all cached records, because they may have changed. */
  forget(): void;
};

class LazyLoaders {
  readonly store: StoreReader;
  readonly budget: ReadBudget;
  made: Made = {};

  constructor(store: StoreReader, budget: ReadBudget) {
    this.store = store;
    this.budget = budget;
  }

  forget(): void {
    this.made = {};
  }
}

for (const [name, make] of Object.entries(makers)) {
  Object.defineProperty(LazyLoaders.prototype, name, {
    get(this: LazyLoaders) {
      const made = this.made as Record<string, unknown>;
      return (made[name] ??= make(this.store, this.budget));
    },
  });
}

/** Creates the loaders of one request, which read at most `maxConnections` connections from lists without pages. */
export function createLoaders(store: StoreReader, maxConnections: number): Loaders {
  return new LazyLoaders(store, new ReadBudget(maxConnections)) as unknown as Loaders;
}

function oneById<Id extends string, T extends { readonly id: Id }>(
  load: (ids: readonly Id[]) => Promise<readonly T[]>,
): DataLoader<Id, T | undefined> {
  return new DataLoader(async (ids) => {
    const records = await load(ids);
    if (ids.length === 1) return [records[0]];
    const found = new Map(records.map((it) => [it.id, it]));
    return ids.map((id) => found.get(id));
  });
}

function manyByCompany<T extends { readonly companyId: CompanyId }>(
  load: (ids: readonly CompanyId[]) => Promise<readonly T[]>,
): DataLoader<CompanyId, T[]> {
  return new DataLoader(async (ids) => {
    const records = await load(ids);
    if (ids.length === 1) return [[...records]];
    const groups = new Map(ids.map((id): [CompanyId, T[]] => [id, []]));
    for (const it of records) groups.get(it.companyId)?.push(it);
    return ids.map((id) => groups.get(id) ?? []);
  });
}

function fromMap<Id, T>(
  load: (ids: readonly Id[]) => Promise<ReadonlyMap<Id, T>>,
  otherwise: () => T,
): DataLoader<Id, T> {
  return new DataLoader(async (ids) => {
    const found = await load(ids);
    return ids.map((id) => found.get(id) ?? otherwise());
  });
}

/** Keeps one loader for each value of the arguments, because reads with different arguments cannot share a batch. */
function oncePerArguments<Arguments, L>(make: (given: Arguments) => L): (given: Arguments) => L {
  const made = new Map<string, L>();
  return (given) => {
    const key = JSON.stringify(given);
    let loader = made.get(key);
    if (loader === undefined) {
      loader = make(given);
      made.set(key, loader);
    }
    return loader;
  };
}
