import type { ApiKey } from '../domain/api-key.ts';
import type { Company, CompanyChanges, Tag } from '../domain/company.ts';
import type { ActiveConnection, Connection } from '../domain/connection.ts';
import type { Cause, ConnectionEvent } from '../domain/event.ts';
import type { ApiKeyId, CompanyId, ConnectionId, IntegrationId, SourceId } from '../domain/id.ts';
import type { Instant } from '../domain/instant.ts';
import type { Integration } from '../domain/integration.ts';
import type { SourceType } from '../domain/source-type.ts';
import type { ConnectionStatus, Move } from '../domain/status.ts';
import type { Order } from '../query/order.ts';
import type { LinkingReader, LinkingTransactor } from './linking.ts';
import type { MatchingReader } from './matching.ts';

export type { Order };

// What an implementer owes: every method answers in domain types and shows live (not deleted) records only, unless its
// comment says otherwise; a method that takes ids runs one statement whatever their number, answers in any order unless
// stated, and leaves out what it does not find.

/** Moments from `from` (included) to `to` (excluded); an absent end is open. */
export interface InstantRange {
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
}

/** A status by which companies are found: `NoConnections` is that of a company without a live connection. */
export type CompanyConnectionStatus = ConnectionStatus | 'NoConnections';

/** Which companies: all conditions that are given must hold; an empty list matches nothing. */
export interface CompanyFilter {
  /** A part of the name, in any case. */
  readonly search?: string | undefined;
  /** Has a connection in one of these statuses. */
  readonly connectionStatus?: readonly CompanyConnectionStatus[] | undefined;
  /** Has all of these tags. */
  readonly tags?: readonly Tag[] | undefined;
  readonly created?: InstantRange | undefined;
}

/** Which connections of a company. */
export interface CompanyConnectionsFilter {
  readonly status?: readonly ConnectionStatus[] | undefined;
  readonly sourceType?: readonly SourceType[] | undefined;
}

/** Which connections: all conditions that are given must hold; an empty list matches nothing. */
export interface ConnectionFilter extends CompanyConnectionsFilter {
  readonly companyId?: CompanyId | undefined;
  readonly integrationKey?: string | undefined;
  readonly created?: InstantRange | undefined;
  /** A connection that was never read is in no range. */
  readonly lastSync?: InstantRange | undefined;
}

/** Which integrations. */
export interface IntegrationFilter {
  readonly key?: string | undefined;
  readonly sourceType?: readonly SourceType[] | undefined;
  readonly enabled?: boolean | undefined;
}

/** By what companies are ordered: the moment of creation, or the name regardless of case; ties by id. */
export type CompanyOrderField = 'created' | 'name';
/** By what connections are ordered; one that was never read comes before all others; ties by id. */
export type ConnectionOrderField = 'created' | 'lastSync';

/** A place in an ordered list: the sort key and the id of the record that stands, or stood, there. */
export interface Position {
  readonly key: string | number;
  readonly id: string;
}

/** Which part of an ordered list: at most `limit` records between two places, counted from one end. */
export interface Window<Place = Position> {
  readonly after?: Place | undefined;
  readonly before?: Place | undefined;
  readonly limit: number;
  readonly countedFrom: 'start' | 'end';
}

/** A part of an ordered list, in the list's order; `more` says whether records between the two places were left out. */
export interface Page<T, Place = Position> {
  readonly entries: readonly { readonly position: Place; readonly value: T }[];
  readonly more: boolean;
}

/** How the connections of a company that share a status sum up. */
interface ConnectionSummary {
  readonly companyId: CompanyId;
  readonly status: ConnectionStatus;
  /** The newest of their `lastSync`. */
  readonly lastSync: Instant | null;
}

/** Reads committed data. */
export interface StoreReader extends LinkingReader, MatchingReader {
  companiesByIds(ids: readonly CompanyId[]): Promise<Company[]>;
  /** The tags of companies, each company's sorted by key. */
  tagsByCompanyIds(ids: readonly CompanyId[]): Promise<(Tag & { companyId: CompanyId })[]>;
  companyPage(
    filter: CompanyFilter,
    order: Order<CompanyOrderField>,
    window: Window,
  ): Promise<Page<Company>>;
  companyCount(filter: CompanyFilter): Promise<number>;

  connectionsByIds(ids: readonly ConnectionId[]): Promise<Connection[]>;
  /** The connections of companies, each company's oldest first. */
  connectionsByCompanyIds(
    ids: readonly CompanyId[],
    filter: CompanyConnectionsFilter,
  ): Promise<Connection[]>;
  /** The active connections of the source types of which a company has at most one. */
  activeConnectionsByCompanyIds(ids: readonly CompanyId[]): Promise<ActiveConnection[]>;
  /** One summary for each company and status that occurs. */
  connectionSummariesByCompanyIds(ids: readonly CompanyId[]): Promise<ConnectionSummary[]>;
  connectionPage(
    filter: ConnectionFilter,
    order: Order<ConnectionOrderField>,
    window: Window,
  ): Promise<Page<Connection>>;
  connectionCount(filter: ConnectionFilter): Promise<number>;
  /** How many connections are in each status that occurs. */
  connectionCountsByStatus(): Promise<{ status: ConnectionStatus; count: number }[]>;

  /**
   * Integrations that were read before and, as far as can be told without reading, are as they were: what is absent has
   * to be read. There are few, and connections by the thousand are to them.
   */
  readonly integrationsAtHand: { get(id: IntegrationId): Integration | undefined };
  integrationsByIds(ids: readonly IntegrationId[]): Promise<Integration[]>;
  /** Integrations by name. */
  integrations(filter: IntegrationFilter): Promise<Integration[]>;

  /** A part of each connection's history, oldest first, where a place is an event's `sequence`. */
  historyByConnectionIds(
    ids: readonly ConnectionId[],
    window: Window<number>,
  ): Promise<Map<ConnectionId, Page<ConnectionEvent, number>>>;
  historyCountsByConnectionIds(ids: readonly ConnectionId[]): Promise<Map<ConnectionId, number>>;

  /** All API keys, revoked and expired ones too, oldest first. */
  apiKeys(): Promise<ApiKey[]>;
  apiKeyByPrefix(prefix: string): Promise<StoredApiKey | undefined>;
  /** Whether an API key was ever made. */
  anyApiKey(): Promise<boolean>;
}

/** An API key and the SHA-256 of its secret form. */
export interface StoredApiKey {
  readonly apiKey: ApiKey;
  readonly hash: Buffer;
}

/** The answer to a request that its caller may repeat, under a key of the caller's choice. */
export interface IdempotentAnswer {
  readonly actor: string;
  readonly key: string;
  /** The SHA-256 of the request. */
  readonly request: Buffer;
  /** The answer, as JSON. */
  readonly answer: string;
  readonly at: Instant;
}

/** A company that is to be created, and its tags. */
export interface CompanyWithTags extends Company {
  readonly tags: readonly Tag[];
}

/** What an id names, deleted records included. */
export interface IdUse {
  readonly kind: 'company' | 'connection' | 'integration';
  /** The company that a connection is of. */
  readonly companyId: CompanyId | null;
  readonly deleted: boolean;
}

/** Reads and writes inside one transaction. Every change of a company or a connection appends its event. */
export interface StoreTransactor extends StoreReader, LinkingTransactor {
  createCompany(company: Company, tags: readonly Tag[], cause: Cause): Promise<void>;
  /** Creates companies in a number of statements that does not depend on how many there are. */
  createCompanies(companies: readonly CompanyWithTags[], cause: Cause): Promise<void>;
  /** Answers the company as it is afterwards. `changes` names what really changes. */
  updateCompany(company: Company, changes: CompanyChanges, cause: Cause): Promise<Company>;
  /** Its connections must have been deleted before. */
  deleteCompany(id: CompanyId, cause: Cause): Promise<void>;

  createConnection(connection: Connection, cause: Cause): Promise<void>;
  /** Creates connections in a number of statements that does not depend on how many there are. */
  createConnections(connections: readonly Connection[], cause: Cause): Promise<void>;
  /**
   * Makes a move that the rules permit, if the connection is still live and in the status that the move starts from:
   * answers the connection as it is afterwards (as it was, if deleted), or `undefined` if another change came first. The
   * credentials of one that ceases to be Linked go with it, to be revoked unless it was the platform that took them back.
   */
  moveConnection(connection: Connection, move: Move, cause: Cause): Promise<Connection | undefined>;
  updateConnection(
    connection: Connection,
    changes: { readonly sourceId: SourceId; readonly lastSync: Instant | null },
    cause: Cause,
  ): Promise<void>;

  createIntegration(integration: Integration): Promise<void>;
  setIntegrationKey(id: IntegrationId, key: string): Promise<void>;

  createApiKey(key: StoredApiKey): Promise<void>;
  /** Answers the key as it is afterwards, or `undefined` if there is no such key that is not revoked. */
  revokeApiKey(id: ApiKeyId, at: Instant): Promise<ApiKey | undefined>;
  setApiKeyUsed(id: ApiKeyId, at: Instant): Promise<void>;

  idempotentAnswer(actor: string, key: string): Promise<IdempotentAnswer | undefined>;
  keepIdempotentAnswer(answer: IdempotentAnswer): Promise<void>;
  forgetIdempotentAnswers(before: Instant): Promise<void>;

  /** What each of these ids names so far. */
  idUses(ids: readonly string[]): Promise<Map<string, IdUse>>;
}

/** Where everything is kept. */
export interface Store extends StoreReader {
  /**
   * Runs `work` in one transaction: all of its changes are kept, durably, when the promise is fulfilled, and none if
   * `work` throws. Transactions run one after another, so `work` should wait for nothing but the transactor.
   */
  transact<T>(work: (tx: StoreTransactor) => Promise<T>): Promise<T>;
  /**
   * Says that a request came in, whose work is put off, right after this call, by `setImmediate`: to a phase of the event
   * loop in which no request comes in. Within it reads may be of one moment, not before this process's last transaction,
   * which spares looking at each what others have changed meanwhile.
   */
  beginTurn(): void;
  /** Finishes running transactions and closes the database. */
  close(): Promise<void>;
}

/**
 * Why a store cannot be used: another process holds it, its disk is full, it may not be written, or it is damaged,
 * gone or on a disk that fails.
 */
export type Unavailability = 'busy' | 'full' | 'readOnly' | 'unusable';

/** The store cannot be opened or used, for a reason that its operator can act on. The message says which. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
  readonly why: Unavailability;

  constructor(message: string, { why = 'unusable', cause }: UnavailabilityOptions = {}) {
    super(message, { cause });
    this.why = why;
  }
}

interface UnavailabilityOptions {
  readonly why?: Unavailability;
  readonly cause?: unknown;
}
