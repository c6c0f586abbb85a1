import { randomPKCECodeVerifier } from 'openid-client';
import { newConnection, situationOf, type Connection } from '../../domain/connection.ts';
import { newId, type AuthorizationId, type CompanyId, type ConnectionId } from '../../domain/id.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Integration } from '../../domain/integration.ts';
import { refuse, ok, type Result } from '../../domain/result.ts';
import { decide } from '../../domain/status.ts';
import { PlatformError, type Binding, type Platform } from '../../platforms/platform.ts';
import type { Session, StoreReader, StoreTransactor } from '../../store/store.ts';
import { ofConnection } from '../../vault/vault.ts';
import { lookAtLink, takeLink, type LinkVisit } from './links.ts';
import { parametersFor, type UnusableParameter } from '../redirect/redirects.ts';
import { authorizationMs } from '../lifetimes.ts';
import { linkActor, type LinkPageServices } from '../services.ts';
import { hashOfToken, newToken } from './token.ts';

/** Why an authorization cannot begin. */
export type StartRefusal =
  | { readonly kind: 'LinkUnusable' }
  | { readonly kind: 'NotEnabled' }
  | { readonly kind: 'ActiveConnectionExists' }
  | { readonly kind: 'TooManyConnections' }
  | UnusableParameter
  | { readonly kind: 'PlatformFailed'; readonly error: PlatformError };

/** A visit that begins an authorization: of a given connection, or of any connection to an integration. */
export interface Start {
  readonly visit: LinkVisit & { readonly browser: string };
  /** The key of the integration that the user chose, if the visit names no connection. */
  readonly integrationKey?: string | undefined;
  /** The parameters of the link's URL. */
  readonly parameters: URLSearchParams;
}

/**
 * Binds the link to the browser and begins the authorization of a connection. Returns the URL of the platform to open.
 * If the visit names no connection, reuses the company's newest one to the integration that is not Linked, if any. Refuses
 * to create one if the company has as many as it can have.
 */
export async function startAuthorization(
  services: LinkPageServices,
  start: Start,
  now: Instant,
): Promise<Result<URL, StartRefusal>> {
  const { store, vault, platforms, redirects } = services;
  const seen = await lookAtLink(services, start.visit, now);
  if (typeof seen === 'string') return refuse({ kind: 'LinkUnusable' });
  const parameters = parametersFor(redirects, seen.redirectUrl, start.parameters);
  if (!parameters.ok) return parameters;
  const integration = await integrationOf(store, start);
  const platform = integration?.key == null ? undefined : platforms.get(integration.key);
  if (integration === undefined || platform === undefined) return refuse({ kind: 'NotEnabled' });
  const binding = { state: newToken(), verifier: randomPKCECodeVerifier(), nonce: newToken() };
  const url = await urlOf(platform, binding);
  if (!url.ok) {
    await noteFailure(store, start, url.error.error.message, now);
    return url;
  }

  return store.transact(async (tx) => {
    const link = await takeLink(tx, vault, start.visit, now);
    if (link === undefined) return refuse({ kind: 'LinkUnusable' });
    const connection = await connectionToLink(tx, start, integration, services.maxConnections, now);
    if (!connection.ok) return connection;
    const { companyId, id: connectionId } = connection.value;
    await tx.authorizations.create(
      {
        id: newId<AuthorizationId>(),
        companyId,
        connectionId,
        browser: hashOfToken(start.visit.browser),
        allowDifferentAccount: link.allowDifferentAccount,
        redirectUrl: link.redirectUrl,
        parameters: parameters.value,
        // The connection is known only inside the transaction. Sealing takes less than a millisecond.
        secrets: await vault.seal(
          binding,
          ofConnection('authorization', { companyId, connectionId }),
        ),
        expires: now + authorizationMs,
      },
      hashOfToken(binding.state),
    );
    return url;
  });
}

async function integrationOf(
  store: StoreReader,
  { visit, integrationKey }: Start,
): Promise<Integration | undefined> {
  if (visit.connectionId === undefined) {
    if (integrationKey === undefined) return undefined;
    return (await store.integrations.all({ key: integrationKey }))[0];
  }
  const [connection] = await store.connections.byIds([visit.connectionId]);
  if (connection?.companyId !== visit.companyId) return undefined;
  return (await store.integrations.byIds([connection.integrationId]))[0];
}

async function urlOf(
  platform: Platform,
  binding: Binding,
): Promise<Result<URL, Extract<StartRefusal, { kind: 'PlatformFailed' }>>> {
  try {
    return ok(await platform.authorizationUrl(binding));
  } catch (error) {
    if (error instanceof PlatformError) return refuse({ kind: 'PlatformFailed', error });
    throw error;
  }
}

/** Records a failure in the history of the connection, if the visit names one. */
async function noteFailure(
  store: Session,
  { visit: { connectionId } }: Start,
  reason: string,
  now: Instant,
): Promise<void> {
  if (connectionId === undefined) return;
  await store.transact(async (tx) => {
    const [connection] = await tx.connections.byIds([connectionId]);
    if (connection) await tx.events.noteFailure(connection, { actor: linkActor, reason, at: now });
  });
}

/** Finds or creates the connection to authorize. Refuses if its company cannot authorize it now. */
async function connectionToLink(
  tx: StoreTransactor,
  { visit: { companyId, connectionId } }: Start,
  integration: Integration,
  maxConnections: number,
  now: Instant,
): Promise<Result<Connection, StartRefusal>> {
  const [company] = await tx.companies.byIds([companyId]);
  if (company === undefined) return refuse({ kind: 'LinkUnusable' });
  const found =
    connectionId === undefined
      ? await findToReuse(tx, companyId, integration, maxConnections)
      : await namedConnection(tx, companyId, connectionId);
  if (!found.ok) return found;
  const known = found.value;
  const connection = known ?? newConnection(companyId, integration, now);
  const active = await tx.connections.activeByCompanyIds([companyId]);
  if (!decide('authorize', situationOf(connection, active)).ok) {
    return refuse({ kind: 'ActiveConnectionExists' });
  }
  if (known === undefined) {
    await tx.connections.create(connection, { actor: linkActor, at: now });
  }
  return ok(connection);
}

async function namedConnection(
  tx: StoreTransactor,
  companyId: CompanyId,
  connectionId: ConnectionId,
): Promise<Result<Connection, StartRefusal>> {
  const [connection] = await tx.connections.byIds([connectionId]);
  return connection?.companyId === companyId ? ok(connection) : refuse({ kind: 'LinkUnusable' });
}

/** Returns the connection to link again; `undefined` if there is none and the company can have one more. */
async function findToReuse(
  tx: StoreTransactor,
  companyId: CompanyId,
  integration: Integration,
  maxConnections: number,
): Promise<Result<Connection | undefined, StartRefusal>> {
  const all = await tx.connections.byCompanyIds([companyId], {}, maxConnections);
  const known = all.findLast((it) => it.integrationId === integration.id && it.status !== 'Linked');
  return known === undefined && all.length >= maxConnections
    ? refuse({ kind: 'TooManyConnections' })
    : ok(known);
}
