import { z } from '@hono/zod-openapi';
import type { Slice } from '../../store/lists.ts';

const maxOfAPage = 5000;
/** Largest page number: the maximum of a 32-bit integer, the type of the parameter in this API. */
const lastPage = 2 ** 31 - 1;

function count(rule: string, most: number, usual: number, description: string) {
  return z
    .string(rule)
    .regex(/^[1-9]\d{0,9}$/, rule)
    .transform(Number)
    .refine((value) => value <= most, rule)
    .prefault(String(usual))
    .openapi({
      type: 'integer',
      minimum: 1,
      maximum: most,
      default: usual,
      example: usual,
      description,
    });
}

const text = (description: string, example: string) =>
  z.string('must not be given more than once').optional().openapi({ description, example });

/** Query parameters of a list. */
export const pageQuery = z.object({
  page: count(
    `must be a whole number from 1 to ${lastPage}`,
    lastPage,
    1,
    'Page number, starting at 1.',
  ),
  pageSize: count(
    `must be a whole number from 1 to ${maxOfAPage}`,
    maxOfAPage,
    100,
    `Number of records per page. At most ${maxOfAPage}.`,
  ),
  query: text(
    'Filter for the records. Compare properties with `=`, `!=`, `~` (contains), `>`, `<`, `>=` and `<=`. Join comparisons with `&&` and `||`, and group them with `{}`.',
    'name~acme',
  ),
  orderBy: text('Property to sort by. Prefix it with `-` for descending order.', '-created'),
});

/** Query parameters of a list that can be filtered by tags. */
export const taggedPageQuery = pageQuery.extend({
  tags: text(
    'Filter for the tags of the records. Use `key = value`, `!=` and `~`, and join comparisons with `&&`.',
    'region = north && owner != sales',
  ),
});

type PageQuery = z.output<typeof taggedPageQuery>;

const link = z.object({
  href: z.string().openapi({
    format: 'uri-reference',
    description: 'URL of the page, relative to the base URL of the API.',
  }),
});

/** Returns the schema of a page of items. */
export function pageOf<Item extends z.ZodType>(name: string, item: Item) {
  return z
    .object({
      results: z.array(item),
      pageNumber: z.int().openapi({ description: 'Number of this page, starting at 1.' }),
      pageSize: z.int().openapi({ description: 'Number of records per page.' }),
      totalResults: z.int().openapi({ description: 'Number of records that match.' }),
      _links: z.object({
        self: link.openapi({ description: 'Link to the list.' }),
        current: link.openapi({ description: 'Link to this page.' }),
        next: link
          .optional()
          .openapi({ description: 'Link to the next page. Absent if there is none.' }),
        previous: link
          .optional()
          .openapi({ description: 'Link to the previous page. Absent if there is none.' }),
      }),
    })
    .openapi(name);
}

/** Returns the offset and limit of a page. */
export function sliceOf({ page, pageSize }: PageQuery): Slice {
  return { offset: (page - 1) * pageSize, limit: pageSize };
}

/** Returns the response for a page of the list at `path`. */
export function pageAnswer<Item>(
  path: string,
  asked: PageQuery,
  { results, total }: { readonly results: Item[]; readonly total: number },
) {
  const { page, pageSize, query, orderBy, tags } = asked;
  const last = Math.max(1, Math.ceil(total / pageSize));
  const rest = Object.entries({ query, orderBy, tags }).filter((given): given is [string, string] =>
    Boolean(given[1]),
  );
  const pageAt = (number: number) => {
    const parameters = new URLSearchParams([
      ['page', String(number)],
      ['pageSize', String(pageSize)],
      ...rest,
    ]);
    return { href: `${path}?${parameters.toString()}` };
  };
  return {
    results,
    pageNumber: page,
    pageSize,
    totalResults: total,
    _links: {
      self: { href: path },
      current: pageAt(page),
      ...(page < last && { next: pageAt(page + 1) }),
      ...(page > 1 && { previous: pageAt(Math.min(page - 1, last)) }),
    },
  };
}
