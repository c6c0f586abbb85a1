import { and, eq, sql } from 'drizzle-orm';
import type { drizzle } from 'drizzle-orm/better-sqlite3';
import type { Tag } from '../../../domain/company.ts';
import { jsonList } from '../statements/sql.ts';
import type { Condition, IndexUse } from './conditions.ts';
import { companies, companyTags } from '../schema/schema.ts';

/**
 * Returns the condition that a company has all of these tags. `free` finds companies by their tags, `hidden` tests the
 * companies that another condition, or the order, finds.
 */
export function tagsCondition(tags: readonly Tag[], use: IndexUse): Condition {
  const wanted = distinct(tags);
  const params = { tags: JSON.stringify(wanted), tagCount: wanted.length };
  const given = sql`json_each(${sql.placeholder('tags')}) as wanted`;
  const isWanted = sql`${companyTags.key} = wanted.value ->> 'key' and ${companyTags.value} = wanted.value ->> 'value'`;
  const count = sql.placeholder('tagCount');
  if (use === 'hidden') {
    // The unary plus leaves the primary key as the only index.
    const ofCompany = sql`${companyTags.companyId} = ${companies.id} and ${companyTags.key} = wanted.value ->> 'key' and +${companyTags.value} = wanted.value ->> 'value'`;
    const owned = sql`select count(*) from ${given} join ${companyTags} on ${ofCompany}`;
    return { shape: 'tags:tested', sql: sql`(${owned}) = ${count}`, params };
  }
  const owners = sql`select ${companyTags.companyId} from ${given} join ${companyTags} on ${isWanted}
    group by ${companyTags.companyId} having count(*) = ${count}`;
  return { shape: 'tags', sql: sql`${companies.id} in (${owners})`, params };
}

/** Finds companies by the index of their tags. */
export class TagSearch {
  readonly #owners: ReturnType<typeof prepareOwners>;

  constructor(db: ReturnType<typeof drizzle>) {
    this.#owners = prepareOwners(db);
  }

  /**
   * Finds a tag that at most `most` companies have. Returns the condition that a company is one of them, `undefined` if
   * none.
   */
  foundAmong(most: number, tags: readonly Tag[]): Condition | undefined {
    for (const { key, value } of distinct(tags)) {
      const owners = this.#owners.all({ key, value, limit: most + 1 });
      if (owners.length > most) continue;
      return {
        shape: 'tags:among',
        sql: sql`${companies.id} in ${jsonList('owners')}`,
        params: { owners: JSON.stringify(owners.map(({ companyId }) => companyId)) },
      };
    }
    return undefined;
  }
}

function distinct(tags: readonly Tag[]): Tag[] {
  return [...new Map(tags.map((tag) => [JSON.stringify([tag.key, tag.value]), tag])).values()];
}

function prepareOwners(db: ReturnType<typeof drizzle>) {
  return db
    .select({ companyId: companyTags.companyId })
    .from(companyTags)
    .where(
      and(
        eq(companyTags.key, sql.placeholder('key')),
        eq(companyTags.value, sql.placeholder('value')),
      ),
    )
    .limit(sql.placeholder('limit'))
    .prepare();
}
