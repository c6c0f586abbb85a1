import type { Connection } from '../../domain/connection.ts';
import type { Company } from '../../domain/company.ts';
import type { CompanyId, ConnectionId } from '../../domain/id.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Link } from '../../store/links.ts';
import type { StoreReader, StoreTransactor } from '../../store/store.ts';
import type { Vault } from '../../vault/vault.ts';
import { readLinkCode } from './link-code.ts';
import { hashOfToken } from './token.ts';

/** How long the browser that took a link up may use it. */
const takenMs = 60 * 60 * 1000;

/** Who comes with a link, and what for. */
export interface LinkVisit {
  readonly companyId: CompanyId;
  /** The connection that is to be linked; absent where the company's people choose. */
  readonly connectionId?: ConnectionId | undefined;
  /** The code in the URL. Absent on later pages, where the browser is known. */
  readonly code?: string | undefined;
  /** The token in the browser's cookie. */
  readonly browser?: string | undefined;
}

/** Why a link is of no use: there is none such; or it was used by another browser, or expired. */
export type LinkRefusal = 'unknown' | 'gone';

/** What a link is looked up with. */
interface LinkReading {
  readonly store: StoreReader;
  readonly vault: Vault;
}

/** Finds what a visit's link permits, without taking it up: robots look at links, too. */
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

/** Takes up a visit's link for its browser, for good; `undefined` if it cannot be. */
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

/** The link of a code: as it was taken up, or as the code says. */
async function linkOfCode(
  store: Pick<StoreReader, 'links'>,
  vault: Vault,
  code: string,
  visit: LinkVisit,
): Promise<Link | undefined> {
  return (await store.links.byHash(hashOfToken(code))) ?? readLinkCode(vault, code, visit);
}

/** A link of a whole company is good for each of its connections. */
function isFor(link: Link, { companyId, connectionId }: LinkVisit): boolean {
  return (
    link.companyId === companyId &&
    (link.connectionId === null || link.connectionId === connectionId)
  );
}

/** What a link leads to, as far as it still exists. */
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
