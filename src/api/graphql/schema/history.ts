import type { GraphQLResolveInfo } from 'graphql';
import type { Connection } from '../../../domain/connection.ts';
import type { ConnectionEvent } from '../../../domain/event.ts';
import type { Page, Window } from '../../../store/lists.ts';
import type { GraphQLContext } from './context.ts';
import { decodeSequence, encodeCursor } from './cursor.ts';
import { pageSize, type PageView } from './page.ts';

const list = 'history';

/**
 * Reads a page of a connection's history. The windows that it loads depend only on the arguments, so that the
 * connections of one list share each statement.
 */
export async function historyPage(
  { id }: Connection,
  given: {
    readonly first?: number | null | undefined;
    readonly after?: string | null | undefined;
    readonly last?: number | null | undefined;
    readonly before?: string | null | undefined;
  },
  { loaders, countRecords }: GraphQLContext,
  info: GraphQLResolveInfo,
): Promise<PageView<ConnectionEvent>> {
  const after = decodeSequence('after', list, given.after);
  const before = decodeSequence('before', list, given.before);
  const size = pageSize(given);
  const load = (window: Window<number>): Promise<Page<ConnectionEvent, number>> =>
    loaders.history(window).load(id);
  const any = async (window: Omit<Window<number>, 'limit'>) =>
    (await load({ ...window, limit: 1 })).entries.length > 0;
  const { entries, more } = await load({ after, before, ...size });
  countRecords(entries.length, info);

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
    totalCount: () => loaders.historyCount.load(id),
  };
}
