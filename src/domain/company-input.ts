import { z } from 'zod';
import { companyLimits } from './company.ts';
import { text } from './text-input.ts';

const tag = z.object({
  key: text({ min: 1, max: companyLimits.tagKey }),
  value: text({ min: 0, max: companyLimits.tagValue }),
});

/** The schema of a company's name. */
export const companyName = text({ min: 1, max: companyLimits.name });

/** The schema of a company's description. An empty text becomes `null`. */
export const companyDescription = text({
  min: 0,
  max: companyLimits.description,
  multiline: true,
}).transform((description) => (description === '' ? null : description));

/** The schema of the tags that a filter requires of a company. */
export const wantedTags = z
  .array(tag)
  .max(companyLimits.tags, `must have at most ${companyLimits.tags} tags`);

/** The schema of a company's tags. Sorts them by key and rejects a repeated key. */
export const companyTags = wantedTags
  .check(({ value, issues }) => {
    const keys = new Set<string>();
    for (const [index, { key }] of value.entries()) {
      if (keys.has(key)) {
        issues.push({
          code: 'custom',
          input: key,
          path: [index, 'key'],
          message: 'must be unique',
        });
      }
      keys.add(key);
    }
  })
  .transform((tags) => tags.toSorted((a, b) => (a.key < b.key ? -1 : 1)));

/** The input that creates a company. */
export const newCompany = z.object({
  name: companyName,
  description: companyDescription.nullish().transform((description) => description ?? null),
  tags: companyTags.nullish().transform((tags) => tags ?? []),
});

/** The input that changes a company. An absent field stays as it is; `null` clears the field. */
export const companyChanges = z.object({
  name: companyName.optional(),
  description: companyDescription.nullable().optional(),
  tags: companyTags
    .nullable()
    .transform((tags) => tags ?? [])
    .optional(),
});

/** Valid changes of a company. */
export type CompanyChanges = z.output<typeof companyChanges>;
