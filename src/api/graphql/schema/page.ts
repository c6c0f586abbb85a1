import type { FieldComplexityValue } from '@pothos/plugin-complexity';
import { builder, type ObjectTypeOf } from './builder.ts';
import { badUserInput } from './faults.ts';

/** Page of a list, in the form that the resolvers of its type need. */
export interface PageView<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  hasNextPage(): boolean | Promise<boolean>;
  hasPreviousPage(): boolean | Promise<boolean>;
  totalCount(): Promise<number>;
}

const defaultSize = 20;
const largestSize = 100;

/** Maximum size of a page, and the end of the list that it is counted from. */
export interface PageSize {
  readonly limit: number;
  readonly countedFrom: 'start' | 'end';
}

/** The arguments of every paged list. */
export const pageArguments = builder.args((t) => ({
  first: t.int({
    description: `Maximum number of records to return, counted from the start. 1 to ${largestSize}. Default: ${defaultSize} if neither \`first\` nor \`last\` is given. Cannot be combined with \`last\`.`,
  }),
  after: t.string({
    description:
      'Cursor after which records are returned. It works even if its record was deleted.',
  }),
  last: t.int({
    description: `Maximum number of records to return, counted from the end. 1 to ${largestSize}. Cannot be combined with \`first\`.`,
  }),
  before: t.string({
    description:
      'Cursor before which records are returned. It works even if its record was deleted.',
  }),
}));

/** Returns the cost of a page: the number of requested records. `pageSize` rejects a size out of bounds later. */
export function pageComplexity({ first, last }: SizeArguments): FieldComplexityValue {
  const size = last ?? first ?? defaultSize;
  return { field: 1, multiplier: Math.min(Math.max(size, 1), largestSize) };
}

interface SizeArguments {
  readonly first?: number | null | undefined;
  readonly last?: number | null | undefined;
}

/** Values of the arguments of a paged list. */
export interface PageArguments extends SizeArguments {
  readonly after?: string | null | undefined;
  readonly before?: string | null | undefined;
}

/** Cost of the lists within a page: the page already counts their records. */
const countedAtPage: FieldComplexityValue = { field: 1, multiplier: 1 };

/** Validates `first` and `last`. Throws `BAD_USER_INPUT`. */
export function pageSize({ first, last }: SizeArguments): PageSize {
  if (first != null && last != null) throw badUserInput('last', 'cannot be combined with first');
  const [argument, limit] = last != null ? ['last', last] : ['first', first ?? defaultSize];
  if (limit < 1 || limit > largestSize) {
    throw badUserInput(argument, `must be 1 to ${largestSize}`);
  }
  return { limit, countedFrom: last != null ? 'end' : 'start' };
}

const PageInfo = builder.objectRef<PageView<unknown>>('PageInfo').implement({
  description: 'Position of a page in its list.',
  fields: (t) => ({
    hasNextPage: t.boolean({
      description: 'Whether the list has records after this page.',
      resolve: (page) => page.hasNextPage(),
    }),
    hasPreviousPage: t.boolean({
      description: 'Whether the list has records before this page.',
      resolve: (page) => page.hasPreviousPage(),
    }),
    startCursor: t.string({
      nullable: true,
      description:
        'Cursor of the first record of this page. Pass it as `before` to get the previous page. Null if the page is empty.',
      resolve: (page) => page.edges[0]?.cursor ?? null,
    }),
    endCursor: t.string({
      nullable: true,
      description:
        'Cursor of the last record of this page. Pass it as `after` to get the next page. Null if the page is empty.',
      resolve: (page) => page.edges.at(-1)?.cursor ?? null,
    }),
  }),
});

/** Creates the types `…Page` and `…Edge` of a list. `plural` names its records in descriptions. */
export function pageType<T>(name: string, plural: string, node: ObjectTypeOf<T>) {
  const Edge = builder.objectRef<PageView<T>['edges'][number]>(`${name}Edge`).implement({
    description: 'Record of a page, with its cursor.',
    fields: (t) => ({
      cursor: t.exposeString('cursor', {
        description: 'Opaque position of the record in the list. Pass it as `after` or `before`.',
      }),
      node: t.expose('node', { type: node, description: 'The record itself.' }),
    }),
  });
  return builder.objectRef<PageView<T>>(`${name}Page`).implement({
    description: `Page of a list of ${plural}. It is a connection as in the Relay specification.`,
    fields: (t) => ({
      edges: t.field({
        type: [Edge],
        complexity: countedAtPage,
        description: 'Records with their cursors, in the order of the list.',
        resolve: (page) => page.edges,
      }),
      nodes: t.field({
        type: [node],
        complexity: countedAtPage,
        description: 'Records without their cursors, in the same order.',
        resolve: (page) => page.edges.map((edge) => edge.node),
      }),
      pageInfo: t.field({
        type: PageInfo,
        description: 'Position of this page in the list.',
        resolve: (page) => page,
      }),
      totalCount: t.int({
        description:
          'Number of records in the whole list. They are counted only if this field is requested.',
        resolve: (page) => page.totalCount(),
      }),
    }),
  });
}

/** Sort direction. */
export const DirectionEnum = builder.enumType('OrderDirection', {
  description: 'Sort direction.',
  values: {
    ASC: { value: 'asc', description: 'Ascending: oldest first, A to Z.' },
    DESC: { value: 'desc', description: 'Descending: newest first, Z to A.' },
  },
});
