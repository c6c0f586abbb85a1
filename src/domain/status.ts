import type { ConnectionId } from './id.ts';
import { ok, refuse, type Result } from './result.ts';
import { isExclusive, type SourceType } from './source-type.ts';

/** The statuses of a live connection, spelled as in the Codat platform API. */
export const connectionStatuses = ['PendingAuth', 'Linked', 'Unlinked', 'Deauthorized'] as const;

/** The status of a live connection. */
export type ConnectionStatus = (typeof connectionStatuses)[number];

/** An action on a connection. The platform causes `deauthorize`; callers request the others. */
export type ConnectionAction = 'authorize' | 'unlink' | 'deauthorize' | 'delete';

/** The actions that a caller can request, in the order in which they are listed. */
const requestableActions = ['authorize', 'unlink', 'delete'] as const;

/** An action that a caller can request. */
export type RequestableAction = (typeof requestableActions)[number];

/** The type of the event that a status change records. */
type MoveEventType =
  | 'connection.connected'
  | 'connection.reconnected'
  | 'connection.disconnected'
  | 'connection.deleted';

/** A permitted change of a connection: its status before, its status after (`null`: deleted), and its event. */
export interface Move {
  readonly from: ConnectionStatus;
  readonly to: ConnectionStatus | null;
  readonly event: MoveEventType;
}

/** Everything that the rules need to know about a connection. */
export interface Situation {
  readonly status: ConnectionStatus;
  readonly sourceType: SourceType;
  /** The company's other active connection of the same source type, if that type allows only one. */
  readonly activeRival: ConnectionId | undefined;
}

/** Why an action is not permitted. */
export type MoveRefusal =
  | { readonly kind: 'InvalidStatus' }
  | { readonly kind: 'ActiveConnectionExists'; readonly rival: ConnectionId };

/** The transitions of a connection: the result of each action in each status. An action not listed is refused. */
const life: Record<
  ConnectionStatus,
  Partial<Record<ConnectionAction, { to: ConnectionStatus | null; event: MoveEventType }>>
> = {
  PendingAuth: {
    authorize: { to: 'Linked', event: 'connection.connected' },
    delete: { to: null, event: 'connection.deleted' },
  },
  Linked: {
    authorize: { to: 'Linked', event: 'connection.reconnected' },
    unlink: { to: 'Unlinked', event: 'connection.disconnected' },
    deauthorize: { to: 'Deauthorized', event: 'connection.disconnected' },
    delete: { to: null, event: 'connection.deleted' },
  },
  Deauthorized: {
    authorize: { to: 'Linked', event: 'connection.reconnected' },
    delete: { to: null, event: 'connection.deleted' },
  },
  Unlinked: {
    authorize: { to: 'Linked', event: 'connection.reconnected' },
    delete: { to: null, event: 'connection.deleted' },
  },
};

/** Reports whether a connection in this status reads and writes new data. */
export function isActive(status: ConnectionStatus): boolean {
  return status === 'Linked';
}

/** Decides whether `action` is permitted and what it changes. The only place that holds these rules. */
export function decide(action: ConnectionAction, situation: Situation): Result<Move, MoveRefusal> {
  const { status, sourceType, activeRival } = situation;
  const step = life[status][action];
  if (step === undefined) return refuse({ kind: 'InvalidStatus' });
  const becomesActive = step.to !== null && isActive(step.to);
  if (becomesActive && isExclusive(sourceType) && activeRival !== undefined) {
    return refuse({ kind: 'ActiveConnectionExists', rival: activeRival });
  }
  return ok({ from: status, ...step });
}

/** Returns the actions that a caller may request now. */
export function allowedActions(situation: Situation): RequestableAction[] {
  return requestableActions.filter((action) => decide(action, situation).ok);
}

/**
 * Returns the shortest series of actions from one status to another, or `undefined` if there is none (no action leads
 * back to PendingAuth). For sources that report a connection's status but not how it got there.
 */
export function actionsBetween(
  from: ConnectionStatus,
  to: ConnectionStatus,
): ConnectionAction[] | undefined {
  const paths: { at: ConnectionStatus; actions: ConnectionAction[] }[] = [
    { at: from, actions: [] },
  ];
  const seen = new Set<ConnectionStatus>([from]);
  for (const { at, actions } of paths) {
    if (at === to) return actions;
    for (const [action, step] of Object.entries(life[at])) {
      if (step.to === null || seen.has(step.to)) continue;
      seen.add(step.to);
      paths.push({ at: step.to, actions: [...actions, action as ConnectionAction] });
    }
  }
  return undefined;
}
