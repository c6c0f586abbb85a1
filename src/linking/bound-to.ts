import type { ConnectionRef } from '../operations/connections.ts';

/** What the secrets of a connection are bound to: sealed for one connection, they open for no other. */
export function boundTo({ companyId, connectionId }: ConnectionRef): string {
  return `${companyId}/${connectionId}`;
}
