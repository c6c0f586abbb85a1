import { connectionStatuses, type ConnectionStatus } from '../../../domain/status.ts';
import type { CompanyConnectionStatus } from '../../companies.ts';

// The statuses of a company's live connections are stored with the company as one number, one bit each, which triggers
// maintain. So each company is in one set, and a filter by statuses is a filter by the sets that contain one of them.

const bits: Record<ConnectionStatus, number> = {
  PendingAuth: 1,
  Linked: 2,
  Unlinked: 4,
  Deauthorized: 8,
};

/** The set of a company without a live connection. */
export const noStatuses = 0;

/** Every set of statuses. */
export const statusSets: readonly number[] = Array.from(
  { length: 2 ** connectionStatuses.length },
  (_, set) => set,
);

/** Returns the sets that have at least one of these statuses. */
export function setsWith(statuses: readonly CompanyConnectionStatus[]): number[] {
  return statusSets.filter((set) =>
    statuses.some((status) =>
      status === 'NoConnections' ? set === noStatuses : (set & bits[status]) !== 0,
    ),
  );
}
