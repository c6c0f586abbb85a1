import type { TestGateway } from './gateway.ts';

/** A list with its filter and order. */
export interface List {
  readonly of: 'companies' | 'connections';
  readonly filter?: object;
  readonly orderBy?: object;
}

/** The arguments that select a page of a list. */
export interface PageArguments {
  readonly first?: number;
  readonly after?: string | null;
  readonly last?: number;
  readonly before?: string | null;
}

/** A page as a client sees it. */
export interface ListPage {
  readonly ids: readonly string[];
  readonly cursors: readonly string[];
  readonly totalCount: number;
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** Makes the GraphQL document that requests a page. Its variables are those of the list and of the page. */
function pageDocument(of: List['of']): string {
  const type = of === 'companies' ? 'Company' : 'Connection';
  return `
    query Page(
      $first: Int, $after: String, $last: Int, $before: String, $filter: ${type}Filter, $orderBy: ${type}Order
    ) {
      page: ${of}(
        first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy
      ) {
        totalCount
        edges { cursor node { id } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }`;
}

/** Requests a page and returns the response, including any errors. */
export function askPage(gateway: TestGateway, { of, ...list }: List, page: PageArguments) {
  return gateway.query<{
    page: Omit<ListPage, 'ids' | 'cursors'> & {
      readonly edges: readonly {
        readonly cursor: string;
        readonly node: { readonly id: string };
      }[];
    };
  }>(pageDocument(of), { ...list, ...page });
}

/** Reads a page. Throws if the response has errors. */
export async function readPage(
  gateway: TestGateway,
  list: List,
  page: PageArguments,
): Promise<ListPage> {
  const { data, errors } = await askPage(gateway, list, page);
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  const { edges, totalCount, pageInfo } = data.page;
  return {
    ids: edges.map(({ node }) => node.id),
    cursors: edges.map(({ cursor }) => cursor),
    totalCount,
    pageInfo,
  };
}

/** Reads the pages of a list one after another, from its start or its end, as a client does. */
export async function* walk(
  gateway: TestGateway,
  list: List,
  size: number,
  from: 'start' | 'end',
): AsyncGenerator<ListPage> {
  let cursor: string | null = null;
  for (;;) {
    const page: ListPage = await readPage(
      gateway,
      list,
      from === 'start' ? { first: size, after: cursor } : { last: size, before: cursor },
    );
    yield page;
    const { hasNextPage, hasPreviousPage, startCursor, endCursor } = page.pageInfo;
    cursor = from === 'start' ? endCursor : startCursor;
    if (!(from === 'start' ? hasNextPage : hasPreviousPage)) return;
  }
}

/** Returns the ids of a whole list, read in pages of this size. */
export async function readAll(gateway: TestGateway, list: List, size = 100): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of walk(gateway, list, size, 'start')) ids.push(...page.ids);
  return ids;
}
