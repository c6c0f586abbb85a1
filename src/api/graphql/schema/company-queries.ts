import { companyLimits, type Tag } from '../../../domain/company.ts';
import { wantedTags } from '../../../domain/company-input.ts';
import { validate } from '../../../domain/refusal.ts';
import type { CompanyId } from '../../../domain/id.ts';
import { searchKey } from '../../../domain/text.ts';
import { searchText } from '../../../domain/text-input.ts';
import type { CompanyFilter, CompanyOrderField } from '../../../store/companies.ts';
import { builder } from './builder.ts';
import { CompanyPage, CompanyType } from './company.ts';
import { DateTimeRange, rangeArgument } from './date-time.ts';
import { CompanyConnectionStatusEnum } from './enums.ts';
import { checkedArgument, idArgument } from './faults.ts';
import { keysetPage } from './keyset-page.ts';
import { DirectionEnum, pageArguments, pageComplexity } from './page.ts';

/** Input type of a tag. */
export const TagInput = builder.inputType('TagInput', {
  description: 'A key and a value that you store on a company.',
  fields: (t) => ({
    key: t.string({
      required: true,
      description: `Key of the tag. 1 to ${companyLimits.tagKey} characters.`,
    }),
    value: t.string({
      required: true,
      description: `Value of the tag. At most ${companyLimits.tagValue} characters.`,
    }),
  }),
});

const CompanyFilterInput = builder.inputType('CompanyFilter', {
  description: 'Filter for companies. A company must match all conditions that are given.',
  fields: (t) => ({
    search: t.string({
      description: `Text that the name contains, regardless of case, accents and invisible characters in any language: "cafe" finds "Café". White space around it does not count. At most ${companyLimits.name} characters.`,
    }),
    connectionStatus: t.field({
      type: [CompanyConnectionStatusEnum],
      description:
        'Statuses to match. At least one connection of the company must have one of them. NO_CONNECTIONS matches companies without connections. An empty list matches nothing.',
    }),
    tags: t.field({
      type: [TagInput],
      description: `Tags to match. The company must have all of them. At most ${companyLimits.tags}.`,
    }),
    created: t.field({
      type: DateTimeRange,
      description: 'Time range in which the company was created.',
    }),
  }),
});

const CompanyOrderFieldEnum = builder.enumType('CompanyOrderField', {
  description: 'Fields that companies can be sorted by.',
  values: {
    CREATED: { value: 'created', description: 'Time when the company was created.' },
    NAME: {
      value: 'name',
      description: 'Name, regardless of case and accents, in the order of Unicode code points.',
    },
  } satisfies Record<string, { value: CompanyOrderField; description: string }>,
});

const CompanyOrder = builder.inputType('CompanyOrder', {
  description: 'Sort order of companies. Ties are sorted by id.',
  fields: (t) => ({
    field: t.field({
      type: CompanyOrderFieldEnum,
      required: true,
      description: 'Field to sort by.',
    }),
    direction: t.field({
      type: DirectionEnum,
      required: true,
      defaultValue: 'asc',
      description: 'Sort direction.',
    }),
  }),
});

builder.queryField('company', (t) =>
  t.field({
    type: CompanyType,
    nullable: true,
    description: 'Returns the company with an id. Null if it does not exist or was deleted.',
    args: { id: t.arg.id({ required: true, description: 'UUID of the company.' }) },
    resolve: async (_, { id }, { loaders }) =>
      (await loaders.company.load(idArgument<CompanyId>('id', id))) ?? null,
  }),
);

builder.queryField('companies', (t) =>
  t.field({
    type: CompanyPage,
    complexity: pageComplexity,
    description: 'Returns a page of companies.',
    args: {
      ...pageArguments,
      filter: t.arg({
        type: CompanyFilterInput,
        description: 'Companies to return. All if absent.',
      }),
      orderBy: t.arg({ type: CompanyOrder, description: 'Sort order. Oldest first if absent.' }),
    },
    resolve: (_, { filter, orderBy, ...page }, { session }) => {
      const order = {
        by: orderBy?.field ?? 'created',
        descending: orderBy?.direction === 'desc',
      };
      const wanted: CompanyFilter = {
        search: searchArgument(filter?.search),
        connectionStatus: filter?.connectionStatus ?? undefined,
        tags: tagsArgument(filter?.tags),
        created: rangeArgument('filter.created', filter?.created),
      };
      return keysetPage(
        {
          name: 'company',
          order,
          keyType: order.by === 'name' ? 'string' : 'number',
          load: (window) => session.companies.page(wanted, order, window),
          count: () => session.companies.count(wanted),
        },
        page,
      );
    },
  }),
);

const searched = searchText(companyLimits.name);

function searchArgument(search: string | null | undefined): string | undefined {
  if (search == null) return undefined;
  const checked = checkedArgument('filter.search', validate(searched, search));
  // Every name contains a search without a visible character.
  return searchKey(checked) === '' ? undefined : checked;
}

function tagsArgument(tags: readonly Tag[] | null | undefined): readonly Tag[] | undefined {
  return tags == null ? undefined : checkedArgument('filter.tags', validate(wantedTags, tags));
}
