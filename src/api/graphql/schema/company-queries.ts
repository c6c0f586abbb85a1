import { companyLimits, wantedTags, type Tag } from '../../../domain/company.ts';
import { validate } from '../../../domain/refusal.ts';
import type { CompanyId } from '../../../domain/id.ts';
import { text } from '../../../domain/text.ts';
import type { CompanyFilter, CompanyOrderField } from '../../../store/companies.ts';
import { builder } from './builder.ts';
import { CompanyPage, CompanyType } from './company.ts';
import { DateTimeRange, rangeArgument } from './date-time.ts';
import { CompanyConnectionStatusEnum } from './enums.ts';
import { checkedArgument, idArgument } from './faults.ts';
import { keysetPage } from './keyset-page.ts';
import { DirectionEnum, pageArguments, pageComplexity } from './page.ts';

/** A tag, in input. */
export const TagInput = builder.inputType('TagInput', {
  description: 'A piece of your own data that you keep on a company.',
  fields: (t) => ({
    key: t.string({
      required: true,
      description: `What it says: 1 to ${companyLimits.tagKey} characters.`,
    }),
    value: t.string({
      required: true,
      description: `The value: at most ${companyLimits.tagValue} characters.`,
    }),
  }),
});

const CompanyFilterInput = builder.inputType('CompanyFilter', {
  description: 'Which companies: all conditions that are given must hold.',
  fields: (t) => ({
    search: t.string({
      description: `Has this text in its name, in upper or lower case of any language; at most ${companyLimits.name} characters.`,
    }),
    connectionStatus: t.field({
      type: [CompanyConnectionStatusEnum],
      description:
        'Has a connection in one of these statuses; NO_CONNECTIONS is that of a company without any. An empty list matches nothing.',
    }),
    tags: t.field({
      type: [TagInput],
      description: `Has all of these tags, at most ${companyLimits.tags}.`,
    }),
    created: t.field({ type: DateTimeRange, description: 'Was created in this range.' }),
  }),
});

const CompanyOrderFieldEnum = builder.enumType('CompanyOrderField', {
  description: 'By what companies can be ordered.',
  values: {
    CREATED: { value: 'created', description: 'By when they were created.' },
    NAME: {
      value: 'name',
      description: 'By name, regardless of case, in the order of Unicode code points.',
    },
  } satisfies Record<string, { value: CompanyOrderField; description: string }>,
});

const CompanyOrder = builder.inputType('CompanyOrder', {
  description: 'The order of companies. Ties are broken by id.',
  fields: (t) => ({
    field: t.field({
      type: CompanyOrderFieldEnum,
      required: true,
      description: 'By what they are ordered.',
    }),
    direction: t.field({
      type: DirectionEnum,
      required: true,
      defaultValue: 'asc',
      description: 'In which direction.',
    }),
  }),
});

builder.queryField('company', (t) =>
  t.field({
    type: CompanyType,
    nullable: true,
    description: 'The company with an id, or null if there is none or it was deleted.',
    args: { id: t.arg.id({ required: true, description: 'The UUID of the company.' }) },
    resolve: async (_, { id }, { loaders }) =>
      (await loaders.company.load(idArgument<CompanyId>('id', id))) ?? null,
  }),
);

builder.queryField('companies', (t) =>
  t.field({
    type: CompanyPage,
    complexity: pageComplexity,
    description: 'Companies, in pages.',
    args: {
      ...pageArguments,
      filter: t.arg({ type: CompanyFilterInput, description: 'Which companies; all if absent.' }),
      orderBy: t.arg({ type: CompanyOrder, description: 'Their order; oldest first if absent.' }),
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

const searchText = text({ min: 0, max: companyLimits.name });

function searchArgument(search: string | null | undefined): string | undefined {
  return search == null
    ? undefined
    : checkedArgument('filter.search', validate(searchText, search));
}

function tagsArgument(tags: readonly Tag[] | null | undefined): readonly Tag[] | undefined {
  return tags == null ? undefined : checkedArgument('filter.tags', validate(wantedTags, tags));
}
