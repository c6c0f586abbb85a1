import { expect, test } from 'vitest';
import type { Event } from '../../../src/domain/event.ts';
import type { Move } from '../../../src/domain/status.ts';
import type { EventFilter } from '../../../src/store/events.ts';
import type { Window } from '../../../src/store/lists.ts';
import type { Store } from '../../../src/store/store.ts';
import { aCompany, addCompany, addConnection, newYear } from '../../support/domain-records.ts';
import { combinations } from '../../support/plans.ts';

const unlink: Move = { from: 'Linked', to: 'Unlinked', event: 'connection.disconnected' };
const remove: Move = { from: 'Linked', to: null, event: 'connection.deleted' };
const whole: Window<number> = { limit: 1000, countedFrom: 'start' };

async function all(store: Store): Promise<Event[]> {
  const { entries } = await store.events.page({}, whole);
  return entries.map(({ value }) => value);
}

/** Two companies with a connection each, of which one is deleted, changed by two actors at several times. */
async function history(store: Store) {
  const first = await addConnection(store);
  const second = await addConnection(store);
  await store.transact((tx) => tx.connections.move(first, unlink, by('one', 3)));
  await store.transact((tx) => tx.events.noteFailure(first, by('link', 2)));
  await store.transact((tx) => tx.connections.move(second, remove, by('two', 1)));
  const [company] = await store.companies.byIds([second.companyId]);
  await store.transact(async (tx) => {
    if (company) await tx.companies.update(company, { name: 'Renamed' }, by('two', 2));
    await tx.companies.delete(second.companyId, by('two', 4));
  });
  await addCompany(store);
  return { first, second };
}

function by(actor: string, minutes: number) {
  return { actor, at: newYear + minutes * 60_000 };
}

/** Tests that every store must pass: the list of all events. `openStore` opens a new store until the test ends. */
export function eventTests(openStore: () => Promise<Store>): void {
  test('the events of a transaction follow each other, and carry what happened', async () => {
    const store = await openStore();
    const { first } = await history(store);

    const events = await all(store);

    expect(events.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(events.map(({ type }) => type)).toEqual([
      'company.created',
      'connection.created',
      'company.created',
      'connection.created',
      'connection.disconnected',
      'connection.failed',
      'connection.deleted',
      'company.updated',
      'company.deleted',
      'company.created',
    ]);
    expect(events[0]).toMatchObject({ companyId: first.companyId, connectionId: null });
    expect(events[4]).toMatchObject({
      companyId: first.companyId,
      connectionId: first.id,
      fromStatus: 'Linked',
      toStatus: 'Unlinked',
      actor: 'one',
      at: newYear + 3 * 60_000,
    });
  });

  test('a page with any filter holds the events that meet all of its conditions, in sequence', async () => {
    const store = await openStore();
    const { first, second } = await history(store);
    const events = await all(store);
    const filters: EventFilter[] = combinations({
      types: [
        undefined,
        [],
        ['company.created'] as const,
        ['connection.failed', 'company.deleted', 'company.deleted', 'company.created'] as const,
      ],
      companyId: [undefined, first.companyId, second.companyId],
      connectionId: [undefined, first.id, second.id],
      actor: [undefined, 'two', 'nobody'],
      at: [
        undefined,
        { from: newYear + 60_000 },
        { to: newYear + 60_000 },
        { from: newYear + 120_000, to: newYear + 180_000 },
      ],
    });
    const windows: Window<number>[] = combinations({
      after: [undefined, 2],
      before: [undefined, 9],
      limit: [2, 1000],
      countedFrom: ['start', 'end'] as const,
    });

    const cases = filters.flatMap((filter) => windows.map((window) => ({ filter, window })));
    const answers = await Promise.all(
      cases.map(async ({ filter, window }) => ({
        filter,
        window,
        count: await store.events.count(filter),
        page: await store.events.page(filter, window),
      })),
    );

    expect(answers).toEqual(
      cases.map(({ filter, window }) => {
        const meeting = events.filter((event) => meets(event, filter));
        return { filter, window, count: meeting.length, page: pageOf(meeting, window) };
      }),
    );
  });

  test('who reads on after the last event misses none of those that many transactions append', async () => {
    const store = await openStore();
    const companies = Array.from({ length: 200 }, () => aCompany());
    const read: Event[] = [];
    const readOn = async () => {
      const { entries } = await store.events.page({}, { ...whole, after: read.at(-1)?.sequence });
      read.push(...entries.map(({ value }) => value));
    };

    const writing = companies.map((company, minute) =>
      store.transact((tx) =>
        tx.companies.create(company, [], { actor: 'a test', at: newYear - minute }),
      ),
    );
    for (const transaction of writing) {
      await readOn();
      await transaction;
    }
    await readOn();

    expect(read.map(({ companyId }) => companyId).toSorted()).toEqual(
      companies.map(({ id }) => id).toSorted(),
    );
    expect(read.map(({ sequence }) => sequence)).toEqual(companies.map((_, index) => index + 1));
  });
}

function meets(event: Event, { types, companyId, connectionId, actor, at }: EventFilter): boolean {
  return (
    (types === undefined || types.includes(event.type)) &&
    (companyId === undefined || companyId === event.companyId) &&
    (connectionId === undefined || connectionId === event.connectionId) &&
    (actor === undefined || actor === event.actor) &&
    (at?.from === undefined || event.at >= at.from) &&
    (at?.to === undefined || event.at < at.to)
  );
}

function pageOf(
  events: readonly Event[],
  { after = 0, before = Infinity, limit, countedFrom }: Window<number>,
) {
  const between = events.filter(({ sequence }) => sequence > after && sequence < before);
  const page = countedFrom === 'start' ? between.slice(0, limit) : between.slice(-limit);
  return {
    entries: page.map((value) => ({ position: value.sequence, value })),
    more: between.length > page.length,
  };
}
