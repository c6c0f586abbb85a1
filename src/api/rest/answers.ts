import type { z } from '@hono/zod-openapi';
import type { Company } from '../../domain/company.ts';
import { newestSync, type Connection } from '../../domain/connection.ts';
import type { CompanyId, ConnectionId } from '../../domain/id.ts';
import { formatInstant } from '../../domain/instant.ts';
import { permits, type Scope } from '../../domain/api-key.ts';
import { newLinkCode } from '../../linking/flow/link-code.ts';
import type { StoreReader } from '../../store/store.ts';
import { isTurnLong, nextTurn } from '../../store/turns.ts';
import { tooManyEmbedded } from './faults.ts';
import type { companySchema, connectionSchema } from './schemas.ts';
import type { ApiServices } from '../services.ts';

/** Maximum number of connections that the companies of one response embed. */
const maxEmbedded = 20_000;

type CompanyAnswer = z.output<typeof companySchema>;
type ConnectionAnswer = z.output<typeof connectionSchema>;

/** Response for a connection without its link, which is secret and new each time. */
export type ConnectionDraft = Omit<ConnectionAnswer, 'linkUrl' | 'id'> & {
  readonly id: ConnectionId;
  readonly companyId: CompanyId;
};
/** Response for a company without its links. */
export type CompanyDraft = Omit<CompanyAnswer, 'redirect' | 'dataConnections' | 'id'> & {
  readonly id: CompanyId;
  readonly dataConnections: readonly ConnectionDraft[];
};

/**
 * Reads the responses for companies. The number of statements does not depend on the number of companies. Throws a 400 if
 * they have more connections than a response embeds.
 */
export async function companyDrafts(
  store: StoreReader,
  companies: readonly Company[],
): Promise<CompanyDraft[]> {
  const ids = companies.map(({ id }) => id);
  const tags = byCompany(await store.companies.tagsByIds(ids));
  const connections = await store.connections.byCompanyIds(ids, {}, maxEmbedded + 1);
  if (connections.length > maxEmbedded) throw tooManyEmbedded(maxEmbedded);
  const draftsOf = byCompany(await connectionDrafts(store, connections));
  const connectionsOf = byCompany(connections);
  return companies.map(({ id, name, description, created }) => {
    const lastSync = newestSync(connectionsOf.get(id) ?? []);
    return {
      id,
      name,
      ...(description !== null && { description }),
      ...(lastSync !== null && { lastSync: formatInstant(lastSync) }),
      created: formatInstant(created),
      tags: Object.fromEntries((tags.get(id) ?? []).map(({ key, value }) => [key, value])),
      dataConnections: draftsOf.get(id) ?? [],
    };
  });
}

/** Reads the response for a company. */
export async function companyDraft(store: StoreReader, company: Company): Promise<CompanyDraft> {
  return onlyOne(await companyDrafts(store, [company]));
}

/** Reads the responses for connections. */
export async function connectionDrafts(
  store: StoreReader,
  connections: readonly Connection[],
): Promise<ConnectionDraft[]> {
  const integrationIds = [...new Set(connections.map(({ integrationId }) => integrationId))];
  const integrations = new Map(
    (await store.integrations.byIds(integrationIds)).map((it) => [it.id, it]),
  );
  return connections.map((connection) => {
    const { id, companyId, integrationId, sourceId, sourceType, status } = connection;
    const integration = integrations.get(integrationId);
    if (integration === undefined) throw new Error(`integration ${integrationId} not found`);
    const { key, name } = integration;
    const { lastSync, created } = connection;
    return {
      id,
      companyId,
      integrationId,
      ...(key !== null && { integrationKey: key }),
      sourceId,
      sourceType,
      platformName: name,
      status,
      ...(lastSync !== null && { lastSync: formatInstant(lastSync) }),
      created: formatInstant(created),
    };
  });
}

/** Reads the response for a connection. */
export async function connectionDraft(
  store: StoreReader,
  connection: Connection,
): Promise<ConnectionDraft> {
  return onlyOne(await connectionDrafts(store, [connection]));
}

/** Services that create links. */
type LinkServices = Pick<ApiServices, 'links' | 'vault' | 'clock'>;

/** Adds new links to the responses for companies. Other requests get their turn meanwhile: signing many links takes long. */
export async function linkCompanies(
  services: LinkServices,
  drafts: readonly CompanyDraft[],
  scope: Scope = 'write',
): Promise<CompanyAnswer[]> {
  const answers: CompanyAnswer[] = [];
  for (const { dataConnections, ...draft } of drafts) {
    const code = codeFor(services, scope, draft.id, null);
    const linked: ConnectionAnswer[] = [];
    for (const connection of dataConnections) {
      if (isTurnLong()) await nextTurn();
      linked.push(linkConnection(services, connection, scope));
    }
    const redirect = services.links.ofCompany(draft.id, code);
    answers.push({ ...draft, redirect, dataConnections: linked });
  }
  return answers;
}

/** Adds new links to the response for a company. */
export async function linkCompany(
  services: LinkServices,
  draft: CompanyDraft,
  scope?: Scope,
): Promise<CompanyAnswer> {
  return onlyOne(await linkCompanies(services, [draft], scope));
}

/** Adds a new link to the response for a connection. */
export function linkConnection(
  services: LinkServices,
  { companyId, ...draft }: ConnectionDraft,
  scope: Scope = 'write',
): ConnectionAnswer {
  const code = codeFor(services, scope, companyId, draft.id);
  return { ...draft, linkUrl: services.links.ofConnection(companyId, draft.id, code) };
}

/** Returns a new link code. `undefined` for callers with read access only, since links change connections. */
function codeFor(
  { vault, clock }: LinkServices,
  scope: Scope,
  companyId: CompanyId,
  connectionId: ConnectionId | null,
): string | undefined {
  if (!permits(scope, 'write')) return undefined;
  const target = { companyId, connectionId, allowDifferentAccount: false };
  return newLinkCode(vault, target, clock.now()).code;
}

function byCompany<T extends { readonly companyId: CompanyId }>(
  items: readonly T[],
): ReadonlyMap<CompanyId, readonly T[]> {
  const groups = new Map<CompanyId, T[]>();
  for (const item of items) {
    const group = groups.get(item.companyId);
    if (group) group.push(item);
    else groups.set(item.companyId, [item]);
  }
  return groups;
}

function onlyOne<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined) throw new Error('expected one record, but got none');
  return item;
}
