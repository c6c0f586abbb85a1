import type { ConnectionId } from './id.ts';
import { ok, refuse, type Result } from './result.ts';
import { isExclusive, type SourceType } from './source-type.ts';

/** The statuses of a live connection, spelled as in the Codat platform API. */
export const connectionStatuses = ['PendingAuth', 'Linked', 'Unlinked', 'Deauthorized'] as const;

/** The status of a live connection. */
export type ConnectionStatus = (typeof connectionStatuses)[number];

/** What can happen to a connection. `deauthorize` is the provider's doing; the others are asked for. */
export type ConnectionAction = 'authorize' | 'unlink' | 'deauthorize' | 'delete';

/** The actions that a caller can ask for, in the order in which they are offered. */
const requestableActions = ['authorize', 'unlink', 'delete'] as const;

/** An action that a caller can ask for. */
export type RequestableAction = (typeof requestableActions)[number];

/** How an event that a status change causes is called. */
type MoveEventType =
  | 'connection.connected'
  | 'connection.reconnected'
  | 'connection.disconnected'
  | 'connection.deleted';

/** A permitted change of a connection: from which status to which (`null`: deleted), and the event that tells of it. */
export interface Move {
  readonly from: ConnectionStatus;
  readonly to: ConnectionStatus | null;
  readonly event: MoveEventType;
}

/** All that the rules need to know of a connection. */
export interface Situation {
  readonly status: ConnectionStatus;
  readonly sourceType: SourceType;
  /** The company's other active connection of the same source type, where one such is the limit. */
  readonly activeRival: ConnectionId | undefined;
}

/** Why an action is not permitted. */
export type MoveRefusal =
  | { readonly kind: 'InvalidStatus' }
  | { readonly kind: 'ActiveConnectionExists'; readonly rival: ConnectionId };

/** The life of a connection: where an action leads from a status; an action that is not listed is refused. */
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

/** Whether a connection in this status reads and writes new data. */
export function isActive(status: ConnectionStatus): boolean {
  return status === 'Linked';
}

/** Decides whether `action` is permitted and what it changes: the one home of the rules of a connection's life. */
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

/** The actions that a caller may ask for now. */
export function allowedActions(situation: Situation): RequestableAction[] {
  return requestableActions.filter((action) => decide(action, situation).ok);
}

/**
 * The shortest series of actions that leads from one status to another, or `undefined` where there is none (nothing
 * leads back to PendingAuth). For sources that report where a connection is without how it came there.
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
