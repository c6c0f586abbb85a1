import type { FieldComplexityValue } from '@pothos/plugin-complexity';
import { builder, type ObjectTypeOf } from './builder.ts';
import { badUserInput } from './faults.ts';

/** A page of a list, as its type's resolvers need it. */
export interface PageView<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  hasNextPage(): boolean | Promise<boolean>;
  hasPreviousPage(): boolean | Promise<boolean>;
  totalCount(): Promise<number>;
}

const defaultSize = 20;
const largestSize = 100;

/** How much of a list is asked for. */
export interface PageSize {
  readonly limit: number;
  readonly countedFrom: 'start' | 'end';
}

/** The arguments of every paged list. */
export const pageArguments = builder.args((t) => ({
  first: t.int({
    description: `How many records to answer at most, counted from the start: 1 to ${largestSize}. ${defaultSize} if neither \`first\` nor \`last\` is given, and never together with \`last\`.`,
  }),
  after: t.string({
    description: 'Answers only records after the one with this cursor, even if that one is gone.',
  }),
  last: t.int({
    description: `How many records to answer at most, counted from the end: 1 to ${largestSize}.`,
  }),
  before: t.string({
    description: 'Answers only records before the one with this cursor, even if that one is gone.',
  }),
}));

/** What a page costs: as many records as are asked for. A size that is out of bounds is refused later. */
export function pageComplexity({ first, last }: SizeArguments): FieldComplexityValue {
  const size = last ?? first ?? defaultSize;
  return { field: 1, multiplier: Math.min(Math.max(size, 1), largestSize) };
}

interface SizeArguments {
  readonly first?: number | null | undefined;
  readonly last?: number | null | undefined;
}

/** What a list of a page costs: its records are counted at the page. */
const countedAtPage: FieldComplexityValue = { field: 1, multiplier: 1 };

/** Reads `first` and `last`. */
export function pageSize({ first, last }: SizeArguments): PageSize {
  if (first != null && last != null) throw badUserInput('last', 'must not be given with first');
  const [argument, limit] = last != null ? ['last', last] : ['first', first ?? defaultSize];
  if (limit < 1 || limit > largestSize) {
    throw badUserInput(argument, `must be 1 to ${largestSize}`);
  }
  return { limit, countedFrom: last != null ? 'end' : 'start' };
}

const PageInfo = builder.objectRef<PageView<unknown>>('PageInfo').implement({
  description: 'Where a page stands in its list.',
  fields: (t) => ({
    hasNextPage: t.boolean({
      description: 'Whether the list goes on after this page.',
      resolve: (page) => page.hasNextPage(),
    }),
    hasPreviousPage: t.boolean({
      description: 'Whether the list has records before this page.',
      resolve: (page) => page.hasPreviousPage(),
    }),
    startCursor: t.string({
      nullable: true,
      description: 'The cursor of the first record of this page; give it as `before` to go back.',
      resolve: (page) => page.edges[0]?.cursor ?? null,
    }),
    endCursor: t.string({
      nullable: true,
      description: 'The cursor of the last record of this page; give it as `after` to go on.',
      resolve: (page) => page.edges.at(-1)?.cursor ?? null,
    }),
  }),
});

/** Makes the types `…Page` and `…Edge` of a list, whose records are described as `plural`. */
export function pageType<T>(name: string, plural: string, node: ObjectTypeOf<T>) {
  const Edge = builder.objectRef<PageView<T>['edges'][number]>(`${name}Edge`).implement({
    description: 'A record of a page, with its place in the list.',
    fields: (t) => ({
      cursor: t.exposeString('cursor', {
        description: 'The place of the record in the list, opaque; for `after` and `before`.',
      }),
      node: t.expose('node', { type: node, description: 'The record.' }),
    }),
  });
  return builder.objectRef<PageView<T>>(`${name}Page`).implement({
    description: `A page of a list of ${plural} (a connection in the sense of the Relay specification).`,
    fields: (t) => ({
      edges: t.field({
        type: [Edge],
        complexity: countedAtPage,
        description: 'The records with their cursors, in the order of the list.',
        resolve: (page) => page.edges,
      }),
      nodes: t.field({
        type: [node],
        complexity: countedAtPage,
        description: 'The records without their cursors, in the same order.',
        resolve: (page) => page.edges.map((edge) => edge.node),
      }),
      pageInfo: t.field({
        type: PageInfo,
        description: 'Where this page stands in the list.',
        resolve: (page) => page,
      }),
      totalCount: t.int({
        description:
          'How many records the whole list has. They are counted only if this field is asked for.',
        resolve: (page) => page.totalCount(),
      }),
    }),
  });
}

/** The direction of an order. */
export const DirectionEnum = builder.enumType('OrderDirection', {
  description: 'The direction of an order.',
  values: {
    ASC: { value: 'asc', description: 'From the least to the greatest: oldest first, A to Z.' },
    DESC: { value: 'desc', description: 'From the greatest to the least: newest first, Z to A.' },
  },
});
