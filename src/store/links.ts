import type { CompanyId, ConnectionId } from '../domain/id.ts';
import type { Instant } from '../domain/instant.ts';

/** The permission to link connections of a company, which a link URL carries as a code. */
export interface Link {
  readonly companyId: CompanyId;
  /** The only connection that it is for; `null` if the company's people choose. */
  readonly connectionId: ConnectionId | null;
  /** Whether another account at the platform than the one before may be linked. */
  readonly allowDifferentAccount: boolean;
  /** Until when it can be taken up; once it is, until when the browser may use it. */
  readonly expires: Instant;
  /** The hash of the token of the browser that took it up; `null` before. */
  readonly browser: Buffer | null;
}

/** A link that a browser takes up, and the hash of its code. */
export interface TakenLink extends Link {
  readonly hash: Buffer;
  readonly browser: Buffer;
  /** Until when the browser may use it. */
  readonly usableUntil: Instant;
}

/** Reads links that a browser has taken up. */
export interface LinkReader {
  byHash(hash: Buffer): Promise<Link | undefined>;
  /**
   * The link that a browser took up last and may still use: for a connection, one of its own before one of its company;
   * without a connection, one of the company.
   */
  ofBrowser(visit: {
    readonly companyId: CompanyId;
    readonly connectionId: ConnectionId | undefined;
    readonly browser: Buffer;
    readonly now: Instant;
  }): Promise<Link | undefined>;
}

/** Changes links. */
export interface LinkWriter extends LinkReader {
  /**
   * Binds a link to the browser that takes it up; returns the link, `undefined` if another browser has it or it has
   * expired. For the browser that has it, it is as it was.
   */
  take(link: TakenLink, now: Instant): Promise<Link | undefined>;
  /** Forgets links that expired before a moment, at most `limit` of them; returns whether that was all. */
  forget(before: Instant, limit: number): Promise<boolean>;
}
