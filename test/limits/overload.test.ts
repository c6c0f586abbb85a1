import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { ask, codesOf } from '../support/callers.ts';
import { times } from '../support/documents.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { shared } from '../support/lifetime.ts';
import { companyRecord } from '../support/records.ts';

const create = { query: 'mutation { createCompany(input: { name: "Acme" }) { __typename } }' };

/** Holds the transaction that all mutations of the process wait for, until it is released. */
function holdWrites({ store }: TestGateway): () => void {
  const held = new AbortController();
  void store.transact(() => once(held.signal, 'abort'));
  const letGo = () => held.abort();
  onTestFinished(letGo);
  return letGo;
}

/** Sends this number of mutations. Returns the responses so far, and a promise of all. */
function sendMutations(gateway: TestGateway, count: number) {
  const answered: Awaited<ReturnType<typeof ask>>[] = [];
  const all = Promise.all(
    Array.from({ length: count }, async () => {
      answered.push(await ask(gateway, create));
    }),
  );
  return { answered, all };
}

test('MAX_CONCURRENT operations run, MAX_QUEUED wait, and those beyond are answered with 503', async () => {
  const gateway = await startTestGateway({ env: { MAX_CONCURRENT: '2', MAX_QUEUED: '3' } });
  const letGo = holdWrites(gateway);

  const { answered, all } = sendMutations(gateway, 20);

  await expect.poll(() => answered.length).toBe(15);
  for (const answer of answered) {
    expect(answer.status).toBe(503);
    expect(codesOf(answer)).toEqual(['OVERLOADED']);
    expect(answer.headers.get('retry-after')).toBe('1');
  }
  letGo();
  await all;
  expect(answered.slice(15).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect(await gateway.store.companies.count({})).toBe(5);
});

test('an overloaded gateway answers again once it has caught up', async () => {
  const gateway = await startTestGateway({ env: { MAX_CONCURRENT: '1', MAX_QUEUED: '0' } });
  const letGo = holdWrites(gateway);
  const { answered, all } = sendMutations(gateway, 3);
  await expect.poll(() => answered.length).toBe(2);
  letGo();
  await all;

  const { status } = await ask(gateway, create);

  expect(status).toBe(200);
});

test('the health of an overloaded gateway can be asked for', async () => {
  const gateway = await startTestGateway({ env: { MAX_CONCURRENT: '1', MAX_QUEUED: '0' } });
  holdWrites(gateway);
  const { answered } = sendMutations(gateway, 5);
  await expect.poll(() => answered.length).toBe(4);

  const live = await fetch(`${gateway.url}/health/live`);
  const ready = await fetch(`${gateway.url}/health/ready`);
  const metrics = await fetch(`${gateway.url}/metrics`);

  expect([live.status, ready.status, metrics.status]).toEqual([200, 200, 200]);
});

test('documents that cannot be executed take no place', async () => {
  const gateway = await startTestGateway({ env: { MAX_CONCURRENT: '1', MAX_QUEUED: '0' } });
  holdWrites(gateway);
  const { answered } = sendMutations(gateway, 2);
  await expect.poll(() => answered.length).toBe(1);

  const answer = await ask(gateway, { query: '{ unknown }' });

  expect(codesOf(answer)).toEqual(['GRAPHQL_VALIDATION_FAILED']);
});

test('an operation that waited for its turn longer than it may take is not begun', async () => {
  const gateway = await startTestGateway({
    env: { MAX_CONCURRENT: '1', MAX_QUEUED: '4', OPERATION_TIMEOUT_MS: '10' },
  });
  const letGo = holdWrites(gateway);
  const { answered, all } = sendMutations(gateway, 6);
  await expect.poll(() => answered.length).toBe(1);
  const allAreIn = performance.now();
  await expect.poll(() => performance.now() - allAreIn).toBeGreaterThan(10);
  letGo();
  await all;

  const stopped = answered.filter((answer) => codesOf(answer).includes('OPERATION_TIMEOUT'));
  expect(stopped.length).toBeGreaterThanOrEqual(4);
  expect(stopped.map(({ status }) => status)).toEqual(stopped.map(() => 503));
  expect(await gateway.store.companies.count({})).toBe(5 - stopped.length);
});

/** 15 searches, each of which reads the whole list twice: for its page and for its count. */
const heavy = `{ ${times(15, (i) => `p${i}: companies(filter: { search: "z${i}" }) { totalCount nodes { connections { id } } }`)} }`;

const manyCompanies = shared(async () => {
  const gateway = await startTestGateway();
  await gateway.import(
    Array.from({ length: 5000 }, (_, i) =>
      companyRecord({ name: `Company ${i}`.padEnd(200, 'x') }),
    ),
  );
  return gateway.file;
});

const withManyCompanies = async (env: Record<string, string>) => {
  const gateway = await startTestGateway({ file: manyCompanies(), env });
  gateway.takeStatements();
  return gateway;
};

test('OPERATION_TIMEOUT_MS stops an operation: it reads nothing more', async () => {
  const gateway = await withManyCompanies({ OPERATION_TIMEOUT_MS: '10' });

  const answer = await ask(gateway, { query: heavy });

  expect(answer.status).toBe(503);
  expect(new Set(codesOf(answer))).toEqual(new Set(['OPERATION_TIMEOUT']));
  expect(answer.data).toBeNull();
  const reads = gateway.takeStatements();
  expect(reads.length).toBeLessThan(30);
  await ask(gateway, { query: '{ __typename }' });
  expect(gateway.takeStatements().join('\n')).not.toContain('"companies"');
});

test('the same operation passes within the usual time limit', async () => {
  const gateway = await withManyCompanies({});

  const { errors } = await ask(gateway, { query: heavy });

  expect(errors).toEqual([]);
  expect(gateway.takeStatements().length).toBeGreaterThanOrEqual(30);
});

test('whoever asks for much at once does not hold up those who ask for little', async () => {
  const gateway = await withManyCompanies({});
  const counts = times(15, (i) => `c${i}: companies(filter: { search: "company" }) { totalCount }`);
  const order: string[] = [];
  const many = Array.from({ length: 4 }, async () => {
    await ask(gateway, { query: `{ ${counts} }` });
    order.push('much');
  });

  const little = Array.from({ length: 4 }, async () => {
    const { status } = await fetch(`${gateway.url}/health/live`);
    order.push('little');
    return status;
  });

  expect(await Promise.all(little)).toEqual([200, 200, 200, 200]);
  await Promise.all(many);
  expect(order.slice(0, 4)).toEqual(['little', 'little', 'little', 'little']);
});
