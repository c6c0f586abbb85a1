import { and, desc, eq, gt, inArray, isNull, lt, or, sql } from 'drizzle-orm';
import type { drizzle } from 'drizzle-orm/better-sqlite3';
import type { Instant } from '../../domain/instant.ts';
import type { Link, LinkReader, LinkWriter, TakenLink } from '../links.ts';
import type { Calls } from '../calls.ts';
import { onFirstUse } from './statements/first-use.ts';
import { Noun } from './noun.ts';
import { links } from './schema/schema.ts';

type Statements = ReturnType<typeof prepareLinks>;

/** Reads links. */
export class SqliteLinks extends Noun<Statements> implements LinkReader {
  byHash(hash: Buffer): Promise<Link | undefined> {
    return this.calls.run('linkByHash', () => this.statements.byHash.get({ hash }));
  }

  ofBrowser(visit: Parameters<LinkReader['ofBrowser']>[0]) {
    const given = { ...visit, connectionId: visit.connectionId ?? null };
    return this.calls.run('linkOfBrowser', (): Link | undefined =>
      this.statements.ofBrowser.get(given),
    );
  }
}

/** Changes links, within a transaction. */
export class SqliteLinkWriter extends SqliteLinks implements LinkWriter {
  readonly #write: ReturnType<typeof prepareLinkChanges>;

  constructor(statements: Statements, write: ReturnType<typeof prepareLinkChanges>, calls: Calls) {
    super(statements, calls);
    this.#write = write;
  }

  async take(link: TakenLink, now: Instant): Promise<Link | undefined> {
    const { allowDifferentAccount, ...rest } = link;
    this.#write.take.run({ ...rest, allowDifferentAccount: Number(allowDifferentAccount), now });
    return this.#write.taken.get({ hash: link.hash, browser: link.browser, now });
  }

  async correct(latest: Instant, limit: number) {
    return this.#write.correct.run({ latest, limit }).changes < limit;
  }

  async forget(before: Instant, limit: number) {
    return this.#write.forget.run({ before, limit }).changes < limit;
  }
}

/** The time until which a link can be used: by any browser until it is bound, then by that browser. */
const linkExpires = sql<number>`coalesce(${links.usableUntil}, ${links.expires})`;

const linkFields = {
  companyId: links.companyId,
  connectionId: links.connectionId,
  allowDifferentAccount: links.allowDifferentAccount,
  redirectUrl: links.redirectUrl,
  expires: linkExpires,
  browser: links.browser,
};

const given = sql.placeholder;
const set = (name: string) => sql`${given(name)}`;

/** Prepares the statements that read links. */
export function prepareLinks(db: ReturnType<typeof drizzle>) {
  return onFirstUse({
    byHash: () =>
      db
        .select(linkFields)
        .from(links)
        .where(eq(links.hash, given('hash')))
        .prepare(),
    ofBrowser: () =>
      db
        .select(linkFields)
        .from(links)
        .where(
          and(
            eq(links.companyId, given('companyId')),
            eq(links.browser, given('browser')),
            gt(linkExpires, given('now')),
            or(isNull(links.connectionId), eq(links.connectionId, given('connectionId'))),
          ),
        )
        .orderBy(isNull(links.connectionId), desc(linkExpires))
        .limit(1)
        .prepare(),
  });
}

/** Prepares the statements that change links. */
export function prepareLinkChanges(db: ReturnType<typeof drizzle>) {
  return onFirstUse({
    take: () =>
      db
        .insert(links)
        .values({
          hash: given('hash'),
          companyId: given('companyId'),
          connectionId: given('connectionId'),
          allowDifferentAccount: set('allowDifferentAccount'),
          redirectUrl: given('redirectUrl'),
          expires: given('expires'),
          browser: given('browser'),
          usableUntil: given('usableUntil'),
        })
        .onConflictDoUpdate({
          target: links.hash,
          set: { browser: sql`excluded.browser`, usableUntil: sql`excluded.usable_until` },
          // Older versions stored a link when it was created, so the row may exist.
          setWhere: and(isNull(links.browser), gt(links.expires, given('now'))),
        })
        .prepare(),
    taken: () =>
      db
        .select(linkFields)
        .from(links)
        .where(
          and(
            eq(links.hash, given('hash')),
            eq(links.browser, given('browser')),
            gt(linkExpires, given('now')),
          ),
        )
        .prepare(),
    correct: () =>
      db
        .update(links)
        .set({ usableUntil: set('latest') })
        .where(
          inArray(
            links.hash,
            db
              .select({ id: links.hash })
              .from(links)
              .where(gt(links.usableUntil, given('latest')))
              .limit(given('limit')),
          ),
        )
        .prepare(),
    forget: () =>
      db
        .delete(links)
        .where(
          inArray(
            links.hash,
            db
              .select({ hash: links.hash })
              .from(links)
              .where(lt(links.expires, given('before')))
              .limit(given('limit')),
          ),
        )
        .prepare(),
  });
}
