import type { Connection } from '../../domain/connection.ts';
import type { Company } from '../../domain/company.ts';
import type { CompanyId, ConnectionId } from '../../domain/id.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Link } from '../../store/links.ts';
import type { StoreReader, StoreTransactor } from '../../store/store.ts';
import type { Vault } from '../../vault/vault.ts';
import { takenMs } from '../lifetimes.ts';
import { readLinkCode } from './link-code.ts';
import { hashOfToken } from './token.ts';

/** A browser's visit to a link page. */
export interface LinkVisit {
  readonly companyId: CompanyId;
  /** The connection to link; absent if the user chooses. */
  readonly connectionId?: ConnectionId | undefined;
  /** The code in the URL. Absent on later pages, where the cookie identifies the browser. */
  readonly code?: string | undefined;
  /** The redirect URL of the link, if the URL has one. Absent on later pages. */
  readonly redirectUrl?: string | undefined;
  /** The token in the browser's cookie. */
  readonly browser?: string | undefined;
}

/** Why a link cannot be used: `unknown` if there is no such link, `gone` if another browser used it or it expired. */
export type LinkRefusal = 'unknown' | 'gone';

/** The services that reading a link needs. */
interface LinkReading {
  readonly store: StoreReader;
  readonly vault: Vault;
}

/** Returns the link of a visit without binding it to the browser: robots fetch links, too. */
export async function lookAtLink(
  { store, vault }: LinkReading,
  visit: LinkVisit,
  now: Instant,
): Promise<LinkRefusal | Link> {
  const { companyId, connectionId, code } = visit;
  const browser = visit.browser === undefined ? undefined : hashOfToken(visit.browser);
  const link =
    code === undefined
      ? browser && (await store.links.ofBrowser({ companyId, connectionId, browser, now }))
      : await linkOfCode(store, vault, code, visit);
  if (link === undefined || !isFor(link, visit)) return 'unknown';
  const isTheirs = link.browser === null || (browser && link.browser.equals(browser));
  return isTheirs && link.expires > now ? link : 'gone';
}

/** Binds a link to the browser of this visit, permanently. Returns `undefined` if the link cannot be used. */
export async function takeLink(
  tx: StoreTransactor,
  vault: Vault,
  visit: LinkVisit & { readonly browser: string },
  now: Instant,
): Promise<Link | undefined> {
  const { companyId, connectionId, code } = visit;
  const browser = hashOfToken(visit.browser);
  const link =
    code === undefined
      ? await tx.links.ofBrowser({ companyId, connectionId, browser, now })
      : await linkOfCode(tx, vault, code, visit);
  if (link === undefined || !isFor(link, visit) || link.expires <= now) return undefined;
  if (code === undefined) return link;
  const hash = hashOfToken(code);
  return tx.links.take({ ...link, hash, browser, usableUntil: now + takenMs }, now);
}

/** Returns the link of a code: the stored one if a browser has used it, otherwise the one that the code contains. */
async function linkOfCode(
  store: Pick<StoreReader, 'links'>,
  vault: Vault,
  code: string,
  visit: LinkVisit,
): Promise<Link | undefined> {
  return (await store.links.byHash(hashOfToken(code))) ?? readLinkCode(vault, code, visit);
}

/** Reports whether a link is for this visit. A company's link is for each of its connections. */
function isFor(link: Link, { companyId, connectionId }: LinkVisit): boolean {
  return (
    link.companyId === companyId &&
    (link.connectionId === null || link.connectionId === connectionId)
  );
}

/** Returns the company and connection that a link leads to; `undefined` if either no longer exists. */
export async function subjectOf(
  store: StoreReader,
  { companyId, connectionId }: LinkVisit,
): Promise<{ company: Company; connection: Connection | undefined } | undefined> {
  const [company] = await store.companies.byIds([companyId]);
  if (company === undefined) return undefined;
  if (connectionId === undefined) return { company, connection: undefined };
  const [connection] = await store.connections.byIds([connectionId]);
  return connection?.companyId === companyId ? { company, connection } : undefined;
}
