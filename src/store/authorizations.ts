import type { AuthorizationId, CompanyId, ConnectionId } from '../domain/id.ts';
import type { Instant } from '../domain/instant.ts';
import type { Sealed } from './sealed.ts';

/** A user's attempt to authorize a connection, from the redirect to the platform on. */
export interface Authorization {
  readonly id: AuthorizationId;
  readonly companyId: CompanyId;
  readonly connectionId: ConnectionId;
  /** The hash of the token of the browser that started the attempt. No other browser can complete it. */
  readonly browser: Buffer;
  readonly allowDifferentAccount: boolean;
  /** As in the link that it began with. */
  readonly redirectUrl: string | null;
  /** The parameters of the link's URL that come back in the redirect, by name. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The secrets for handling the platform's response. */
  readonly secrets: Sealed;
  readonly expires: Instant;
  /** When the platform's response came; `null` before. */
  readonly answered: Instant | null;
  /** How it ended; `null` while it is running. */
  readonly outcome: AuthorizationOutcome | null;
}

/** An authorization that begins. */
export type NewAuthorization = Omit<Authorization, 'answered' | 'outcome'>;

/** How an authorization ended. */
export interface AuthorizationOutcome {
  /** 200 if the connection was linked, otherwise the HTTP status code that fits the failure. */
  readonly statusCode: number;
  /** The reason for the failure, worded for the user; `null` if it succeeded. */
  readonly message: string | null;
  /** The error code that the platform returned, such as `access_denied`, if it returned one. */
  readonly statusText?: string | undefined;
}

/** Reads authorizations. */
export interface AuthorizationReader {
  byId(id: AuthorizationId): Promise<Authorization | undefined>;
  /** Returns whether `AuthorizationWriter.answer` would find an authorization. */
  isAwaited(stateHash: Buffer, browser: Buffer, now: Instant): Promise<boolean>;
  /** Returns the authorization of a state, whether or not it has ended, to the browser that started it. */
  ofState(stateHash: Buffer, browser: Buffer): Promise<Authorization | undefined>;
}

/** Changes authorizations. */
export interface AuthorizationWriter extends AuthorizationReader {
  create(authorization: NewAuthorization, stateHash: Buffer): Promise<void>;
  /**
   * Claims the platform's response. Returns `undefined` for an unknown state, another browser, an expired authorization
   * or a second call.
   */
  answer(stateHash: Buffer, browser: Buffer, now: Instant): Promise<Authorization | undefined>;
  finish(id: AuthorizationId, outcome: AuthorizationOutcome): Promise<void>;
  /**
   * Sets expiries that are later than `latest` to `latest`: a clock was ahead when they were
   * recorded. Changes at most `limit` rows. Returns false if more may be left.
   */
  correct(latest: Instant, limit: number): Promise<boolean>;
  /** Deletes at most `limit` authorizations that expired before a moment. Returns false if more may be left. */
  forget(before: Instant, limit: number): Promise<boolean>;
}
