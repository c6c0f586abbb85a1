import type { CompanyId, ConnectionId } from '../domain/id.ts';
import type { Instant } from '../domain/instant.ts';

/** A permission to link connections of a company. A link URL carries it as a code. */
export interface Link {
  readonly companyId: CompanyId;
  /** The only connection that it is for; `null` if the user chooses. */
  readonly connectionId: ConnectionId | null;
  /** Whether the user may link a different account at the platform than before. */
  readonly allowDifferentAccount: boolean;
  /** The URL, with placeholders, to which the user is redirected after linking; `null` for the configured one. */
  readonly redirectUrl: string | null;
  /** The time until which the link can be bound to a browser; once bound, until which that browser may use it. */
  readonly expires: Instant;
  /** The hash of the token of the browser that it is bound to; `null` if none. */
  readonly browser: Buffer | null;
}

/** A link to bind to a browser, and the hash of its code. */
export interface TakenLink extends Link {
  readonly hash: Buffer;
  readonly browser: Buffer;
  /** The time until which the browser may use it. */
  readonly usableUntil: Instant;
}

/** Reads links that are bound to a browser. */
export interface LinkReader {
  byHash(hash: Buffer): Promise<Link | undefined>;
  /**
   * Returns the link that was bound last to a browser and may still be used: for a connection, one of its own before
   * one of its company; without a connection, one of the company.
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
   * Binds a link to a browser and returns it. Returns `undefined` if another browser has it or it has expired. A link
   * that this browser already has does not change.
   */
  take(link: TakenLink, now: Instant): Promise<Link | undefined>;
  /**
   * Sets times until which a link can be used that are later than `latest` to `latest`: a clock was ahead when they were
   * recorded. Changes at most `limit` rows. Returns false if more may be left.
   */
  correct(latest: Instant, limit: number): Promise<boolean>;
  /** Deletes at most `limit` links that expired before a moment. Returns false if more may be left. */
  forget(before: Instant, limit: number): Promise<boolean>;
}
