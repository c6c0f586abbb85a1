import { once } from 'node:events';
import { expect, test } from 'vitest';
import { ids, startBothPaths, type BothPaths } from '../support/both-paths.ts';
import { until } from '../support/until.ts';
import { openWire } from '../support/wire.ts';

// A client that disconnects is not an error, whichever path its request was to take.

const query = 'query Name($id: ID!) { company(id: $id) { name } }';
const update =
  'mutation Rename($input: UpdateCompanyInput!) { updateCompany(input: $input) { __typename } }';
const question = { query, variables: { id: ids.acme } };
const rename = { query: update, variables: { input: { companyId: ids.acme, name: 'Renamed' } } };

function requestFor(body: unknown, { length }: { length?: number } = {}): string {
  const json = JSON.stringify(body);
  return [
    'POST /graphql HTTP/1.1',
    'host: localhost',
    'x-request-id: gone',
    'content-type: application/json',
    `content-length: ${length ?? Buffer.byteLength(json)}`,
    '',
    json,
  ].join('\r\n');
}

async function startKnown(): Promise<BothPaths> {
  const both = await startBothPaths();
  await both.each(async (gateway) => {
    for (const { query: document, variables } of [question, rename]) {
      for (let i = 0; i < 3; i += 1) await gateway.query(document, variables);
    }
  });
  return both;
}

function isMoment(name: string): boolean {
  return name === 'time' || name === 'durationMs';
}

/** Returns the log lines of the request, without times. */
async function logOf({ log }: BothPaths['fast']) {
  await until('it is logged', () => log.linesWith('"gone"').length > 0);
  return log
    .linesWith('"gone"')
    .map((line) => Object.fromEntries(Object.entries(line).filter(([name]) => !isMoment(name))));
}

test.for([
  ['in the middle of its body', 'end'],
  ['in the middle of its body, with a reset', 'reset'],
] as const)('a client that goes away %s', async ([, how]) => {
  const both = await startKnown();

  await both.each(async (gateway) => {
    const { socket } = await openWire(gateway);
    await new Promise((resolve) => {
      socket.write(requestFor(question, { length: 10_000 }), resolve);
    });
    if (how === 'end') socket.end();
    else socket.resetAndDestroy();
  });

  const [fast, full] = [await logOf(both.fast), await logOf(both.full)];
  expect(fast).toMatchObject([{ msg: 'request', clientGone: true }]);
  expect(fast).toEqual(full);
});

test('a client that goes away as soon as it has asked', async () => {
  const both = await startKnown();

  await both.each(async (gateway) => {
    const { socket } = await openWire(gateway);
    socket.write(requestFor(question), () => socket.resetAndDestroy());
  });

  for (const lines of [await logOf(both.fast), await logOf(both.full)]) {
    expect(lines).toMatchObject([{ msg: 'request' }]);
  }
});

test('a client that goes away while its change waits: the change is made', async () => {
  const both = await startKnown();
  const lettingGo = new AbortController();

  await both.each(async ({ store }) => {
    let isHeld = false;
    void store.transact(async () => {
      isHeld = true;
      await once(lettingGo.signal, 'abort');
    });
    await until('nobody else can write', () => isHeld);
  });
  await both.each(async (gateway) => {
    const { socket } = await openWire(gateway);
    const input = { companyId: ids.acme, name: 'Made' };
    socket.write(requestFor({ ...rename, variables: { input } }), () => socket.resetAndDestroy());
    await logOf(gateway);
  });
  lettingGo.abort();

  for (const gateway of [both.fast, both.full]) {
    await until('it is made', async () => {
      const { data } = await gateway.query(query, { id: ids.acme });
      return data.company.name === 'Made';
    });
  }
  const [fast, full] = [await logOf(both.fast), await logOf(both.full)];
  expect(fast).toEqual(full);
});

test('a body that is longer than it says ends the connection', async () => {
  const both = await startKnown();
  const answers: string[] = [];

  await both.each(async (gateway) => {
    const wire = await openWire(gateway);
    wire.socket.write(`${requestFor(question)} and more\r\n\r\n`);
    const answer = await wire.closed;
    // Each has an id of its own.
    answers.push(answer.replaceAll(/("correlationId":"|x-request-id: )[\w-]+/g, ''));
    expect((await gateway.query(query, { id: ids.acme })).status).toBe(200);
  });

  expect(answers[0]).toContain('HTTP/1.1 400 Bad Request');
  expect(answers[0]).toBe(answers[1]);
});

test('a body that comes in parts', async () => {
  const both = await startKnown();
  const answers: (string | undefined)[] = [];

  await both.each(async (gateway) => {
    const wire = await openWire(gateway);
    const text = requestFor(question);
    for (let at = 0; at < text.length; at += 40) {
      wire.socket.write(text.slice(at, at + 40));
      // Let a round of the event loop pass, so that each piece arrives separately.
      await gateway.store.companies.count({});
      await fetch(`${gateway.url}/health/live`);
    }
    await until('it is answered', () => wire.received().endsWith('}'));
    answers.push(wire.received().split('\r\n\r\n')[1]);
  });

  expect(answers[0]).toContain('"company"');
  expect(answers[0]).toBe(answers[1]);
});
