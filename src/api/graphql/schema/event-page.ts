import type { Event } from '../../../domain/event.ts';
import type { Page, Window } from '../../../store/lists.ts';
import { decodeSequence, encodeCursor } from './cursor.ts';
import { pageSize, type PageArguments, type PageView } from './page.ts';

/** Name of every list of events in cursors: a position is an event's sequence, whatever the list. */
const list = 'history';

/** A list of events that the store pages by their sequence. */
interface EventSource {
  readonly load: (window: Window<number>) => Promise<Page<Event, number>>;
  readonly count: () => Promise<number>;
}

/** Reads the requested page. */
export async function eventPage(
  { load, count }: EventSource,
  given: PageArguments,
): Promise<PageView<Event>> {
  const after = decodeSequence('after', list, given.after);
  const before = decodeSequence('before', list, given.before);
  const size = pageSize(given);
  const any = async (window: Omit<Window<number>, 'limit'>) =>
    (await load({ ...window, limit: 1 })).entries.length > 0;
  const { entries, more } = await load({ after, before, ...size });

  return {
    edges: entries.map(({ position, value }) => ({
      cursor: encodeCursor(list, position),
      node: value,
    })),
    hasNextPage: () =>
      (size.countedFrom === 'start' && more) ||
      (before !== undefined && any({ after: before - 1, countedFrom: 'start' })),
    hasPreviousPage: () =>
      (size.countedFrom === 'end' && more) ||
      (after !== undefined && any({ before: after + 1, countedFrom: 'end' })),
    totalCount: count,
  };
}
