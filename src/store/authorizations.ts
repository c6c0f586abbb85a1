import type { AuthorizationId, CompanyId, ConnectionId } from '../domain/id.ts';
import type { Instant } from '../domain/instant.ts';
import type { Sealed } from './sealed.ts';

/** One attempt of a company's people to authorize a connection, from when they are sent to the platform. */
export interface Authorization {
  readonly id: AuthorizationId;
  readonly companyId: CompanyId;
  readonly connectionId: ConnectionId;
  /** The hash of the token of the browser that began it, the only one that may end it. */
  readonly browser: Buffer;
  readonly allowDifferentAccount: boolean;
  /** What is needed to take the platform's answer. */
  readonly secrets: Sealed;
  readonly expires: Instant;
  /** How it ended; `null` while it runs. */
  readonly outcome: AuthorizationOutcome | null;
}

/** How an authorization ended. */
export interface AuthorizationOutcome {
  /** 200 if the connection is linked, otherwise what an HTTP status of the same meaning would be. */
  readonly statusCode: number;
  /** Why it failed, for the company's people; `null` if it did not. */
  readonly message: string | null;
}

/** Reads authorizations. */
export interface AuthorizationReader {
  byId(id: AuthorizationId): Promise<Authorization | undefined>;
}

/** Changes authorizations. */
export interface AuthorizationWriter extends AuthorizationReader {
  create(authorization: Authorization, stateHash: Buffer): Promise<void>;
  /** Ends the wait for the platform's answer, for one caller only: the right browser, in time, for the first time. */
  answer(stateHash: Buffer, browser: Buffer, now: Instant): Promise<Authorization | undefined>;
  finish(id: AuthorizationId, outcome: AuthorizationOutcome): Promise<void>;
  /** Forgets those that expired before a moment, at most `limit` of them; returns whether that was all. */
  forget(before: Instant, limit: number): Promise<boolean>;
}
