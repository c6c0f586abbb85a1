import { isDeepStrictEqual } from 'node:util';
import {
  expectedAnswers,
  isDone,
  isExpected,
  isMade,
  unserved,
  type ClientRequest,
  type ImportRun,
  type StoredEvent,
} from './attempts.ts';
import { importEvent } from './world-import.ts';
import type { Told, World } from './world.ts';

/** A request or an import run with its events, in the order of the history. */
interface Step {
  readonly by: ClientRequest | ImportRun;
  readonly events: StoredEvent[];
}

/**
 * Replays a history in the model, compares it with the responses that clients got, and returns the contradictions: an
 * acknowledged change without its events or with other events, an event without a request, a response that was not true
 * at any moment between its request and its arrival, and an order that differs from what the clients saw.
 */
export function replay(
  world: World,
  { requests, imports }: { requests: readonly ClientRequest[]; imports: readonly ImportRun[] },
  events: readonly StoredEvent[],
): string[] {
  const problems: string[] = [];
  const steps = stepsOf(events, requests, imports, problems);
  const silent = requests
    .filter((request) => !isMade(request))
    .map((request) => ({ request, moments: momentsOf(request, steps) }));
  let lastSent = 0;

  for (let moment = 0; ; moment += 1) {
    for (const { request, moments } of silent) {
      const { first, last } = moments;
      if (first <= moment && moment <= last) request.expected.push(world.outcomeOf(request).answer);
    }
    const step = steps[moment];
    if (step === undefined) break;
    if (step.by.answered < lastSent) {
      problems.push(`${tell(step)}: what was asked for later comes earlier in the history`);
    }
    lastSent = Math.max(lastSent, step.by.sent);
    problems.push(...take(step, world), ...rivalsIn(world, step));
  }
  return [...problems, ...requests.flatMap(wrongAnswer)];
}

/** Makes a step in the model. Returns its problems. */
function take({ by, events }: Step, world: World): string[] {
  if (by.kind === 'import') {
    return events.flatMap((event) =>
      importEvent(world, event, by).map((problem) => `${JSON.stringify(event)}: ${problem}`),
    );
  }
  const outcome = world.outcomeOf(by, events[0]?.connectionId ?? events[0]?.companyId);
  outcome.apply();
  by.expected.push(outcome.answer);
  const told = events.map(({ type, companyId, connectionId, fromStatus, toStatus }) => {
    return { type, companyId, connectionId, fromStatus, toStatus };
  });
  if (isDeepStrictEqual(inOrder(told), inOrder(outcome.events))) return [];
  return [`${tell({ by, events })}: expected ${JSON.stringify(outcome.events)}`];
}

/** Sorts events by connection, since the connections of a company may be deleted in any order. */
function inOrder(events: readonly Told[]): Told[] {
  return events.toSorted((a, b) => ((a.connectionId ?? '') < (b.connectionId ?? '') ? -1 : 1));
}

/** Returns the problem of companies of the step that have more than one active accounting connection. */
function rivalsIn(world: World, { events }: Step): string[] {
  return [...new Set(events.map(({ companyId }) => companyId))]
    .map((id) =>
      world
        .liveConnectionsOf(id)
        .filter(({ sourceType, status }) => sourceType === 'Accounting' && status === 'Linked'),
    )
    .filter(({ length }) => length > 1)
    .map((rivals) => `active at the same time: ${JSON.stringify(rivals)}`);
}

/** Assigns the events to their requests and imports. A client has only one request in progress at a time. */
function stepsOf(
  events: readonly StoredEvent[],
  requests: readonly ClientRequest[],
  imports: readonly ImportRun[],
  problems: string[],
): Step[] {
  const open = new Map<string, ClientRequest[]>();
  for (const request of requests) {
    if (isMade(request.firstTry) || (request.answer !== undefined && !isDone(request))) continue;
    open.set(request.actor, [...(open.get(request.actor) ?? []), request]);
  }
  const steps: Step[] = [];
  for (const event of events) {
    const by = event.actor === 'import' ? importOf(event, imports) : requestOf(event, open);
    if (by === undefined) {
      problems.push(`nobody was told of ${JSON.stringify(event)}`);
      continue;
    }
    if (by.kind === 'request') by.events.push(event);
    const step = steps.at(-1);
    if (step?.by === by && by.kind === 'request') step.events.push(event);
    else steps.push({ by, events: [event] });
  }
  return steps;
}

function importOf({ sequence }: StoredEvent, imports: readonly ImportRun[]) {
  return imports.find(({ lastEvent }) => sequence <= lastEvent);
}

function requestOf(event: StoredEvent, open: Map<string, ClientRequest[]>) {
  const mine = open.get(event.actor) ?? [];
  const index = mine.findIndex((request) => canTellOf(event, request));
  const request = mine[index];
  if (request === undefined) return undefined;
  const isOver = event.type === lastEventOf[request.what];
  // Repetitions of a request that was made have no events of their own, and must not take those of a later request.
  const rest = mine.slice(index).filter((it) => !isOver || !isTryOf(request, it));
  open.set(event.actor, rest);
  return request;
}

/** Reports whether a request is another one or repeats it. */
function isTryOf(request: ClientRequest, it: ClientRequest | undefined): boolean {
  return it !== undefined && (it === request || isTryOf(request, it.firstTry));
}

const lastEventOf: Readonly<Record<ClientRequest['what'], string | undefined>> = {
  connection: undefined,
  createCompany: 'company.created',
  updateCompany: 'company.updated',
  deleteCompany: 'company.deleted',
  createConnection: 'connection.created',
  unlinkConnection: 'connection.disconnected',
  deleteConnection: 'connection.deleted',
};

function canTellOf(event: StoredEvent, { what, input }: ClientRequest): boolean {
  const { companyId = event.companyId, connectionId = event.connectionId } = input;
  return (
    companyId === event.companyId &&
    connectionId === event.connectionId &&
    (event.type === lastEventOf[what] ||
      (what === 'deleteCompany' && event.type === 'connection.deleted'))
  );
}

/** Returns the range of moments at which a request without events may have run, as numbers of steps before it. */
function momentsOf({ sent, answered }: ClientRequest, steps: readonly Step[]) {
  const after = steps.findIndex(({ by }) => by.sent > answered);
  return {
    first: steps.findLastIndex(({ by }) => by.answered < sent) + 1,
    last: after === -1 ? steps.length : after,
  };
}

function wrongAnswer(request: ClientRequest): string[] {
  const { what, input, answer } = request;
  if (answer === undefined || answer === unserved) return [];
  const about = `${what} ${JSON.stringify(input)} was answered ${JSON.stringify(answer)}`;
  if (isDone(request) && !isMade(request)) return [`LOST: ${about}`];
  if (isExpected(request)) return [];
  const expected = new Set(expectedAnswers(request).map((it) => JSON.stringify(it)));
  return [`${about}, not ${[...expected].join(' or ')}`];
}

function tell({ by, events }: Step): string {
  const what = by.kind === 'import' ? 'an import' : `${by.what} ${JSON.stringify(by.input)}`;
  return `${what} with ${JSON.stringify(events)}`;
}
