import { expect, test } from 'vitest';
import type { ClientRequest, StoredEvent } from './attempts.ts';
import { replay } from './replay.ts';
import { World } from './world.ts';

const companyId = 'company';

function createConnection(
  integrationKey: string,
  times: Pick<ClientRequest, 'sent'> & Partial<ClientRequest>,
): ClientRequest {
  return {
    kind: 'request',
    actor: 'client',
    what: 'createConnection',
    input: { companyId, integrationKey },
    idempotencyKey: integrationKey,
    firstTry: undefined,
    answered: Number.POSITIVE_INFINITY,
    answer: undefined,
    events: [],
    expected: [],
    ...times,
  };
}

function created(id: string): Pick<ClientRequest, 'answer'> {
  return {
    answer: {
      __typename: 'CreateConnectionPayload',
      connection: { id, status: 'PENDING_AUTH' },
    },
  };
}

function createdEvent(sequence: number, connectionId: string): StoredEvent {
  return {
    sequence,
    type: 'connection.created',
    companyId,
    connectionId,
    fromStatus: null,
    toStatus: 'PendingAuth',
    actor: 'client',
  };
}

function worldWithCompany(): World {
  const world = new World();
  world.companies.set(companyId, { name: 'Company', description: null, tags: [], isLive: true });
  return world;
}

// The client was cut off from its first request, which was made. It repeated it, and then sent another like it.
function requestsOfCutClient() {
  const cut = createConnection('hbql', { sent: 1 });
  const repeated = createConnection('hbql', {
    sent: 2,
    answered: 3,
    firstTry: cut,
    ...created('first'),
  });
  const next = createConnection('suuo', { sent: 4, answered: 5, ...created('second') });
  return [cut, repeated, next];
}

test('what a client was cut from and repeated is not taken for the next one like it', () => {
  const events = [createdEvent(1, 'first'), createdEvent(2, 'second')];

  expect(
    replay(worldWithCompany(), { requests: requestsOfCutClient(), imports: [] }, events),
  ).toEqual([]);
});

test('a change that was acknowledged, and of which the history does not tell, is lost', () => {
  const problems = replay(worldWithCompany(), { requests: requestsOfCutClient(), imports: [] }, [
    createdEvent(1, 'first'),
  ]);

  expect(problems).toEqual([expect.stringMatching(/^LOST: createConnection .*suuo/)]);
});

test('a change that was made twice is told', () => {
  const events = [createdEvent(1, 'first'), createdEvent(2, 'again'), createdEvent(3, 'second')];
  const problems = replay(
    worldWithCompany(),
    { requests: requestsOfCutClient(), imports: [] },
    events,
  );

  expect(problems).toContainEqual(expect.stringMatching(/^nobody was told of .*"second"/));
});
