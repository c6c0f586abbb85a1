import type { ActiveConnection, Connection } from '../domain/connection.ts';
import type { Cause } from '../domain/event.ts';
import type { CompanyId, ConnectionId, SourceId } from '../domain/id.ts';
import type { Instant } from '../domain/instant.ts';
import type { SourceType } from '../domain/source-type.ts';
import type { ConnectionStatus, Move } from '../domain/status.ts';
import type { ConnectionCondition } from '../query/condition.ts';
import type { ConnectionProperty } from '../query/properties.ts';
import type { InstantRange, Matches, Order, Page, Slice, Window } from './lists.ts';

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

/** By what connections are ordered; one that was never read comes before all others; ties by id. */
export type ConnectionOrderField = 'created' | 'lastSync';

/** How the connections of a company that share a status sum up. */
interface ConnectionSummary {
  readonly companyId: CompanyId;
  readonly status: ConnectionStatus;
  /** The newest of their `lastSync`. */
  readonly lastSync: Instant | null;
}

/** Reads connections. */
export interface ConnectionReader {
  byIds(ids: readonly ConnectionId[]): Promise<Connection[]>;
  /** The connections of companies, each company's oldest first. */
  byCompanyIds(ids: readonly CompanyId[], filter: CompanyConnectionsFilter): Promise<Connection[]>;
  /** The active connections of the source types of which a company has at most one. */
  activeByCompanyIds(ids: readonly CompanyId[]): Promise<ActiveConnection[]>;
  /** One summary for each company and status that occurs. */
  summariesByCompanyIds(ids: readonly CompanyId[]): Promise<ConnectionSummary[]>;
  page(
    filter: ConnectionFilter,
    order: Order<ConnectionOrderField>,
    window: Window,
  ): Promise<Page<Connection>>;
  count(filter: ConnectionFilter): Promise<number>;
  /** How many connections are in each status that occurs. */
  countsByStatus(): Promise<{ status: ConnectionStatus; count: number }[]>;
  /**
   * Those of one company that match a condition, in any order: an absent value comes before all others; ties by id.
   * None if there is no such company.
   */
  matching(
    companyId: CompanyId,
    condition: ConnectionCondition,
    order: Order<ConnectionProperty>,
    slice: Slice,
  ): Promise<Matches<Connection>>;
}

/** Changes connections; each change appends its event. */
export interface ConnectionWriter extends ConnectionReader {
  create(connection: Connection, cause: Cause): Promise<void>;
  /** Creates connections in a number of statements that does not depend on how many there are. */
  createAll(connections: readonly Connection[], cause: Cause): Promise<void>;
  /**
   * Makes a move that the rules permit, if the connection is still live and in the status that the move starts from:
   * returns the connection as it is afterwards (as it was, if deleted), or `undefined` if another change came first. The
   * credentials of one that ceases to be Linked go with it, to be revoked unless it was the platform that took them back.
   */
  move(connection: Connection, move: Move, cause: Cause): Promise<Connection | undefined>;
  update(
    connection: Connection,
    changes: { readonly sourceId: SourceId; readonly lastSync: Instant | null },
    cause: Cause,
  ): Promise<void>;
}
