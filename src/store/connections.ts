import type { ActiveConnection, Connection } from '../domain/connection.ts';
import type { Cause } from '../domain/event.ts';
import type { CompanyId, ConnectionId, SourceId } from '../domain/id.ts';
import type { Instant } from '../domain/instant.ts';
import type { SourceType } from '../domain/source-type.ts';
import type { ConnectionStatus, Move } from '../domain/status.ts';
import type { ConnectionCondition } from '../query/condition.ts';
import type { ConnectionProperty } from '../query/properties.ts';
import type { InstantRange, Matches, Order, Page, Slice, Window } from './lists.ts';

/** A filter for the connections of a company. */
export interface CompanyConnectionsFilter {
  readonly status?: readonly ConnectionStatus[] | undefined;
  readonly sourceType?: readonly SourceType[] | undefined;
}

/** A filter for connections. All given conditions must hold; an empty list matches nothing. */
export interface ConnectionFilter extends CompanyConnectionsFilter {
  readonly companyId?: CompanyId | undefined;
  readonly integrationKey?: string | undefined;
  readonly created?: InstantRange | undefined;
  /** A connection that was never synced is in no range. */
  readonly lastSync?: InstantRange | undefined;
}

/**
 * The sort orders of a list of connections. A never synced connection sorts before all others; ties are sorted by id.
 */
export type ConnectionOrderField = 'created' | 'lastSync';

/** A summary of the connections of a company that have the same status. */
interface ConnectionSummary {
  readonly companyId: CompanyId;
  readonly status: ConnectionStatus;
  /** Their latest `lastSync`. */
  readonly lastSync: Instant | null;
}

/** Reads connections. */
export interface ConnectionReader {
  byIds(ids: readonly ConnectionId[]): Promise<Connection[]>;
  /**
   * Returns the first `limit` connections of companies, company by company, oldest first within each. Reads no further:
   * a caller that needs all of them passes one more than it can hold, and looks whether that many came.
   */
  byCompanyIds(
    ids: readonly CompanyId[],
    filter: CompanyConnectionsFilter,
    limit: number,
  ): Promise<Connection[]>;
  /** Counts the connections of each company up to `limit`. Leaves out companies that have none. */
  countsByCompanyIds(ids: readonly CompanyId[], limit: number): Promise<Map<CompanyId, number>>;
  /** Returns the active connections whose source type allows only one per company. */
  activeByCompanyIds(ids: readonly CompanyId[]): Promise<ActiveConnection[]>;
  /** Returns one summary for each company and status that occurs. */
  summariesByCompanyIds(ids: readonly CompanyId[]): Promise<ConnectionSummary[]>;
  page(
    filter: ConnectionFilter,
    order: Order<ConnectionOrderField>,
    window: Window,
  ): Promise<Page<Connection>>;
  count(filter: ConnectionFilter): Promise<number>;
  /** Returns the number of connections in each status that occurs. */
  countsByStatus(): Promise<{ status: ConnectionStatus; count: number }[]>;
  /**
   * Returns the connections of a company that match a condition, none if there is no such company. An absent value
   * sorts before all others; ties are sorted by id.
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
  /** Creates connections with the same number of statements, however many there are. */
  createAll(connections: readonly Connection[], cause: Cause): Promise<void>;
  /**
   * Makes a permitted move if the connection is still live and in the status that the move starts from. Returns the
   * connection after the move (before it, if deleted), or `undefined` if another change came first. If the connection
   * stops being Linked, its credentials are erased, and queued for revocation unless the platform revoked them. If the credentials
   * of a Deauthorized connection are kept, they are erased when it is linked again, and erased and revoked when it is deleted.
   */
  move(connection: Connection, move: Move, cause: Cause): Promise<Connection | undefined>;
  /**
   * Deletes live connections, as `move` does, but in a number of statements that does not depend on how many there are,
   * except for those that have credentials. Throws if one of them is no longer live.
   */
  deleteAll(connections: readonly Connection[], cause: Cause): Promise<void>;
  update(
    connection: Connection,
    changes: { readonly sourceId: SourceId; readonly lastSync: Instant | null },
    cause: Cause,
  ): Promise<void>;
}
