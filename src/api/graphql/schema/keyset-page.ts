import type { Order, Page, Position, Window } from '../../../store/lists.ts';
import { decodePosition, encodeCursor } from './cursor.ts';
import { pageSize, type PageArguments, type PageView } from './page.ts';

/** A list that the store pages by a sort key. */
interface KeysetSource<T, Field extends string> {
  /** Name of the records in cursors. */
  readonly name: string;
  readonly order: Order<Field>;
  readonly keyType: 'string' | 'number';
  readonly load: (window: Window) => Promise<Page<T>>;
  readonly count: () => Promise<number>;
}

/** Reads the requested page. */
export async function keysetPage<T, Field extends string>(
  source: KeysetSource<T, Field>,
  given: PageArguments,
): Promise<PageView<T>> {
  const list = `${source.name}.${source.order.by}`;
  const after = decodePosition('after', list, source.keyType, given.after);
  const before = decodePosition('before', list, source.keyType, given.before);
  const size = pageSize(given);
  const { entries, more } = await source.load({ after, before, ...size });
  const any = async (window: Omit<Window, 'limit'>) =>
    (await source.load({ ...window, limit: 1 })).entries.length > 0;
  // Everything before `before` also precedes an empty page, and everything after `after` also follows it.
  const start: Position | undefined = entries[0]?.position ?? before;
  const end: Position | undefined = entries.at(-1)?.position ?? after;

  return {
    edges: entries.map(({ position, value }) => ({
      // Lazy, because most clients request only the last cursor.
      get cursor() {
        return encodeCursor(list, position);
      },
      node: value,
    })),
    hasNextPage: () =>
      (size.countedFrom === 'start' && more) ||
      (before !== undefined && any({ after: end, countedFrom: 'start' })),
    hasPreviousPage: () =>
      (size.countedFrom === 'end' && more) ||
      (after !== undefined && any({ before: start, countedFrom: 'end' })),
    totalCount: source.count,
  };
}
