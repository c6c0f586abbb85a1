import type { ConnectionId } from '../domain/id.ts';

/** Reads the scopes that platforms granted. They stay when a connection is unlinked, and go when it is deleted. */
export interface GrantedScopesReader {
  /** Leaves out connections whose scopes are not known. */
  byConnectionIds(ids: readonly ConnectionId[]): Promise<Map<ConnectionId, readonly string[]>>;
}

/** Changes granted scopes. */
export interface GrantedScopesWriter extends GrantedScopesReader {
  /** Sets the scopes of a live connection; `undefined` if they are not known. */
  set(id: ConnectionId, scopes: readonly string[] | undefined): Promise<void>;
}
