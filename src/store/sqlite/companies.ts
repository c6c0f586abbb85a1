import type Database from 'better-sqlite3';
import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { drizzle } from 'drizzle-orm/better-sqlite3';
import type { Company, Tag } from '../../domain/company.ts';
import type { CompanyChanges } from '../../domain/company-input.ts';
import type { Cause } from '../../domain/event.ts';
import type { CompanyId } from '../../domain/id.ts';
import { fold } from '../../domain/text.ts';
import type {
  CompanyFilter,
  CompanyOrderField,
  CompanyReader,
  CompanyWithTags,
  CompanyWriter,
} from '../companies.ts';
import type { Order, Window } from '../lists.ts';
import type { Calls } from '../calls.ts';
import { companyFields } from './lists/company-list.ts';
import type { EventLog } from './event-log.ts';
import { onFirstUse } from './statements/first-use.ts';
import { IdStatement } from './statements/id-statement.ts';
import { prepareInsertMany } from './statements/insert-many.ts';
import { jsonList } from './statements/sql.ts';
import { ListedNoun } from './noun.ts';
import { toCompany } from './statements/rows.ts';
import { companies, companyTags } from './schema/schema.ts';
import type { ListArguments, ListReader } from './threads/lists.ts';

type Statements = ReturnType<typeof prepareCompanies>;

/** Reads companies. */
export class SqliteCompanies extends ListedNoun<Statements> implements CompanyReader {
  byIds(ids: readonly CompanyId[]) {
    return this.calls.run('companiesByIds', () => this.statements.byIds.all(ids), ids.length);
  }

  tagsByIds(ids: readonly CompanyId[]) {
    const read = () => this.statements.tagsByIds.all({ ids: JSON.stringify(ids) });
    return this.calls.run('tagsByCompanyIds', read, ids.length);
  }

  page(filter: CompanyFilter, order: Order<CompanyOrderField>, window: Window) {
    return this.list('companyPage', filter, order, window);
  }

  count(filter: CompanyFilter) {
    return this.list('companyCount', filter);
  }

  matching(...list: ListArguments<'matchingCompanies'>) {
    return this.list('matchingCompanies', ...list);
  }
}

/** Changes companies, within a transaction. */
export class SqliteCompanyWriter extends SqliteCompanies implements CompanyWriter {
  readonly #write: ReturnType<typeof prepareCompanyChanges>;
  readonly #events: EventLog;

  constructor(
    statements: Statements,
    {
      write,
      events,
    }: {
      readonly write: ReturnType<typeof prepareCompanyChanges>;
      readonly events: EventLog;
    },
    calls: Calls,
  ) {
    super(statements, calls);
    this.#write = write;
    this.#events = events;
  }

  async create(company: Company, tags: readonly Tag[], cause: Cause) {
    return this.createAll([{ ...company, tags }], cause);
  }

  async createAll(created: readonly CompanyWithTags[], cause: Cause) {
    this.#write.create(
      created.map((it) => ({
        id: it.id,
        name: it.name,
        nameFolded: fold(it.name),
        description: it.description,
        created: it.created,
      })),
    );
    this.#write.addTags(
      created.flatMap(({ id, tags }) => tags.map((tag) => ({ ...tag, companyId: id }))),
    );
    this.#events.append(
      created.map(({ id }) => ({ type: 'company.created', companyId: id })),
      cause,
    );
  }

  async update(company: Company, changes: CompanyChanges, cause: Cause) {
    const { id, created } = company;
    const { name = company.name, description = company.description, tags } = changes;
    this.#write.update.run({ id, name, nameFolded: fold(name), description });
    if (tags !== undefined) {
      this.#write.removeTags.run({ companyId: id });
      this.#write.addTags(tags.map(({ key, value }) => ({ companyId: id, key, value })));
    }
    this.#events.append([{ type: 'company.updated', companyId: id }], cause);
    return { id, name, description, created };
  }

  async delete(id: CompanyId, cause: Cause) {
    this.#write.delete.run({ id, at: cause.at });
    this.#events.append([{ type: 'company.deleted', companyId: id }], cause);
  }
}

/** Prepares the statements that read companies. */
export function prepareCompanies(
  connection: Database.Database,
  db: ReturnType<typeof drizzle>,
  lists: ListReader,
) {
  return onFirstUse({
    lists: () => lists,
    byIds: () =>
      new IdStatement(
        connection,
        companies.id,
        (isWanted) =>
          db
            .select(companyFields)
            .from(companies)
            .where(and(isWanted, isNull(companies.deletedAt))),
        toCompany,
      ),
    tagsByIds: () =>
      db
        .select({
          companyId: companyTags.companyId,
          key: companyTags.key,
          value: companyTags.value,
        })
        .from(companyTags)
        .where(inArray(companyTags.companyId, jsonList('ids')))
        .orderBy(asc(companyTags.companyId), asc(companyTags.key))
        .prepare(),
  });
}

/** Prepares the statements that change companies. */
export function prepareCompanyChanges(db: ReturnType<typeof drizzle>) {
  const given = sql.placeholder;
  const thisCompany = and(eq(companies.id, given('id')), isNull(companies.deletedAt));
  return onFirstUse({
    create: () =>
      prepareInsertMany(db, companies, ['id', 'name', 'nameFolded', 'description', 'created']),
    update: () =>
      db
        .update(companies)
        .set({
          name: sql`${given('name')}`,
          nameFolded: sql`${given('nameFolded')}`,
          description: sql`${given('description')}`,
        })
        .where(thisCompany)
        .prepare(),
    delete: () =>
      db
        .update(companies)
        .set({ deletedAt: sql`${given('at')}` })
        .where(thisCompany)
        .prepare(),
    addTags: () => prepareInsertMany(db, companyTags, ['companyId', 'key', 'value']),
    removeTags: () =>
      db
        .delete(companyTags)
        .where(eq(companyTags.companyId, given('companyId')))
        .prepare(),
  });
}
