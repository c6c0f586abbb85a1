import type { Connection } from '../domain/connection.ts';
import type { Company } from '../domain/company.ts';
import type { CompanyId, ConnectionId } from '../domain/id.ts';
import type { Instant } from '../domain/instant.ts';
import type { Link } from '../store/linking.ts';
import type { Store, StoreReader, StoreTransactor } from '../store/store.ts';
import { hashOfToken, newToken } from './token.ts';

/** How long a link can be taken up. */
const linkMs = 24 * 60 * 60 * 1000;
/** How long the browser that took a link up may use it. */
const takenMs = 60 * 60 * 1000;

/** What a link is to permit. */
export type LinkTarget = Pick<Link, 'companyId' | 'connectionId' | 'allowDifferentAccount'>;

/** A link as it is handed out, once. */
export interface NewLink {
  readonly code: string;
  readonly expires: Instant;
}

/** Makes links, one for each target, in one transaction. */
export async function createLinks(
  store: Store,
  targets: readonly LinkTarget[],
  now: Instant,
): Promise<NewLink[]> {
  const expires = now + linkMs;
  const made = targets.map((target) => ({ target, code: newToken() }));
  await store.transact((tx) =>
    tx.createLinks(
      made.map(({ target: { companyId, connectionId, allowDifferentAccount }, code }) => ({
        hash: hashOfToken(code),
        companyId,
        connectionId,
        allowDifferentAccount,
        expires,
        browser: null,
      })),
    ),
  );
  return made.map(({ code }) => ({ code, expires }));
}

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

/** Finds what a visit's link permits, without taking it up: robots look at links, too. */
export async function lookAtLink(
  store: StoreReader,
  visit: LinkVisit,
  now: Instant,
): Promise<LinkRefusal | Link> {
  const { code } = visit;
  const browser = visit.browser === undefined ? undefined : hashOfToken(visit.browser);
  const link =
    code === undefined
      ? browser && (await linkOfBrowser(store, visit, browser, now))
      : await store.linkByHash(hashOfToken(code));
  if (link === undefined || !isFor(link, visit)) return 'unknown';
  const isTheirs = link.browser === null || (browser && link.browser.equals(browser));
  return isTheirs && link.expires > now ? link : 'gone';
}

/** Takes up a visit's link for its browser, for good; `undefined` if it cannot be. */
export async function takeLink(
  tx: StoreTransactor,
  visit: LinkVisit & { readonly browser: string },
  now: Instant,
): Promise<Link | undefined> {
  const browser = hashOfToken(visit.browser);
  const hash = visit.code === undefined ? undefined : hashOfToken(visit.code);
  const link = hash ? await tx.linkByHash(hash) : await linkOfBrowser(tx, visit, browser, now);
  if (link === undefined || !isFor(link, visit)) return undefined;
  return hash ? tx.takeLink(hash, browser, now, now + takenMs) : link;
}

async function linkOfBrowser(
  store: StoreReader,
  { companyId, connectionId }: LinkVisit,
  browser: Buffer,
  now: Instant,
): Promise<Link | undefined> {
  const of = { companyId, connectionId: connectionId ?? null };
  return store.linkOfBrowser(of, browser, now);
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
  const [company] = await store.companiesByIds([companyId]);
  if (company === undefined) return undefined;
  if (connectionId === undefined) return { company, connection: undefined };
  const [connection] = await store.connectionsByIds([connectionId]);
  return connection?.companyId === companyId ? { company, connection } : undefined;
}
