import type { GraphQLResolveInfo } from 'graphql';
import type { Connection } from '../../../domain/connection.ts';
import type { Event } from '../../../domain/event.ts';
import type { GraphQLContext } from './context.ts';
import { eventPage } from './event-page.ts';
import type { PageArguments, PageView } from './page.ts';

/**
 * Reads a page of a connection's history. The windows that it loads depend only on the arguments, so that the
 * connections of one list share each statement.
 */
export async function historyPage(
  { id }: Connection,
  given: PageArguments,
  { loaders, countRecords }: GraphQLContext,
  info: GraphQLResolveInfo,
): Promise<PageView<Event>> {
  const page = await eventPage(
    {
      load: (window) => loaders.history(window).load(id),
      count: () => loaders.historyCount.load(id),
    },
    given,
  );
  countRecords(page.edges.length, info);
  return page;
}
