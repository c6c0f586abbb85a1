import DataLoader from 'dataloader';
import type { CredentialHealth } from '../store/linking.ts';
import { createLinks, type LinkTarget, type NewLink } from '../linking/links.ts';
import type { Company, Tag } from '../domain/company.ts';
import type { ActiveConnection, Connection } from '../domain/connection.ts';
import type { ConnectionEvent } from '../domain/event.ts';
import type { CompanyId, ConnectionId, IntegrationId } from '../domain/id.ts';
import type { Integration } from '../domain/integration.ts';
import type {
  CompanyConnectionsFilter,
  ConnectionSummary,
  Page,
  Store,
  Window,
} from '../store/store.ts';

/** One loader for each access path: all loads of one tick run one statement. */
export interface Loaders {
  readonly company: DataLoader<CompanyId, Company | undefined>;
  readonly tagsOfCompany: DataLoader<CompanyId, Tag[]>;
  readonly connection: DataLoader<ConnectionId, Connection | undefined>;
  readonly connectionsOfCompany: (
    filter: CompanyConnectionsFilter,
  ) => DataLoader<CompanyId, Connection[]>;
  readonly activeConnectionsOfCompany: DataLoader<CompanyId, ActiveConnection[]>;
  readonly connectionSummariesOfCompany: DataLoader<CompanyId, ConnectionSummary[]>;
  readonly integration: DataLoader<IntegrationId, Integration | undefined>;
  readonly history: (
    window: Window<number>,
  ) => DataLoader<ConnectionId, Page<ConnectionEvent, number>>;
  readonly historyCount: DataLoader<ConnectionId, number>;
  readonly credentialHealth: DataLoader<ConnectionId, CredentialHealth | undefined>;
  /** Makes a link, which is a write: one transaction for all that a request asks for at once. */
  readonly newLink: DataLoader<LinkTarget, NewLink, string>;
}

/** Makes the loaders of one request. */
export function createLoaders(store: Store): Loaders {
  return {
    company: oneById((ids) => store.companiesByIds(ids)),
    tagsOfCompany: manyByCompany((ids) => store.tagsByCompanyIds(ids)),
    connection: oneById((ids) => store.connectionsByIds(ids)),
    connectionsOfCompany: oncePerArguments((filter: CompanyConnectionsFilter) =>
      manyByCompany((ids) => store.connectionsByCompanyIds(ids, filter)),
    ),
    activeConnectionsOfCompany: manyByCompany((ids) => store.activeConnectionsByCompanyIds(ids)),
    connectionSummariesOfCompany: manyByCompany((ids) =>
      store.connectionSummariesByCompanyIds(ids),
    ),
    integration: oneById((ids) => store.integrationsByIds(ids)),
    history: oncePerArguments((window: Window<number>) =>
      fromMap(
        (ids: readonly ConnectionId[]) => store.historyByConnectionIds(ids, window),
        (): Page<ConnectionEvent, number> => ({ entries: [], more: false }),
      ),
    ),
    historyCount: fromMap(
      (ids: readonly ConnectionId[]) => store.historyCountsByConnectionIds(ids),
      () => 0,
    ),
    credentialHealth: new DataLoader(async (ids) => {
      const health = await store.credentialHealthByConnectionIds(ids);
      const found = new Map(health.map((it) => [it.connectionId, it]));
      return ids.map((id) => found.get(id));
    }),
    newLink: new DataLoader((targets) => createLinks(store, targets, Date.now()), {
      cacheKeyFn: ({ companyId, connectionId }) => `${companyId}/${connectionId}`,
    }),
  };
}

function oneById<Id extends string, T extends { readonly id: Id }>(
  load: (ids: readonly Id[]) => Promise<readonly T[]>,
): DataLoader<Id, T | undefined> {
  return new DataLoader(async (ids) => {
    const found = new Map((await load(ids)).map((it) => [it.id, it]));
    return ids.map((id) => found.get(id));
  });
}

function manyByCompany<T extends { readonly companyId: CompanyId }>(
  load: (ids: readonly CompanyId[]) => Promise<readonly T[]>,
): DataLoader<CompanyId, T[]> {
  return new DataLoader(async (ids) => {
    const groups = new Map(ids.map((id): [CompanyId, T[]] => [id, []]));
    for (const it of await load(ids)) groups.get(it.companyId)?.push(it);
    return ids.map((id) => groups.get(id) ?? []);
  });
}

function fromMap<Id, T>(
  load: (ids: readonly Id[]) => Promise<Map<Id, T>>,
  otherwise: () => T,
): DataLoader<Id, T> {
  return new DataLoader(async (ids) => {
    const found = await load(ids);
    return ids.map((id) => found.get(id) ?? otherwise());
  });
}

/** One loader for each value of the arguments, since fields that ask for different things cannot share a batch. */
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
