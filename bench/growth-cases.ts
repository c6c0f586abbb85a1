import { ask, type Target } from './ask.ts';
import { companyId, companyRecord } from './data.ts';
import { body, oneBody, pageBody } from './queries.ts';

/** A query whose latency is measured while the data grows. */
export interface GrowthCase {
  readonly name: string;
  /** The request bodies, sent in turn. */
  readonly bodies: readonly string[];
}

/** Makes the queries for a database with this number of companies. */
export async function growthCases(target: Target, companies: number): Promise<GrowthCase[]> {
  const ids = Array.from({ length: 100 }, (_, index) =>
    companyId(Math.floor((index * companies) / 100)),
  );
  return [
    { name: 'one company', bodies: ids.map(oneBody) },
    { name: 'first page', bodies: [pageBody()] },
    { name: 'page in the middle', bodies: [pageBody(await cursorInTheMiddle(target, companies))] },
    only('last page', '{ companies(last: 20) { nodes { id name } } }'),
    only('page by name', '{ companies(orderBy: { field: NAME }) { nodes { id name } } }'),
    only('totalCount of companies', '{ companies { totalCount } }'),
    only('totalCount of connections', '{ connections { totalCount } }'),
    only('companies in a common status', companiesWhere('connectionStatus: LINKED')),
    only('companies in a rare status', companiesWhere('connectionStatus: DEAUTHORIZED')),
    only('companies in a status that none has', companiesWhere('connectionStatus: NO_CONNECTIONS')),
    only(
      'companies in rare statuses',
      companiesWhere('connectionStatus: [DEAUTHORIZED, NO_CONNECTIONS]'),
    ),
    only(
      'companies in a rare status by name',
      companiesWhere('connectionStatus: DEAUTHORIZED', 'NAME'),
    ),
    only('connections in a common status', connectionsWhere('status: LINKED')),
    only('connections in a rare status', connectionsWhere('status: DEAUTHORIZED')),
    only('connections in two statuses', connectionsWhere('status: [DEAUTHORIZED, UNLINKED]')),
    only(
      'connections of types that none has',
      connectionsWhere('sourceType: [EXPENSE, BANK_FEED]'),
    ),
    only(
      'connections to an integration in a rare status',
      connectionsWhere('integrationKey: "fqly", status: DEAUTHORIZED'),
    ),
    only(
      'connections in a rare status by last sync',
      connectionsWhere('status: DEAUTHORIZED', 'LAST_SYNC'),
    ),
    only(
      'totalCount of companies in a status',
      '{ companies(filter: { connectionStatus: LINKED }) { totalCount } }',
    ),
    only(
      'totalCount of connections in a status',
      '{ connections(filter: { status: LINKED }) { totalCount } }',
    ),
    only('search for a common word', companiesWhere('search: "bakery"')),
    only('search for one name', companiesWhere(`search: "${companyRecord(companies - 1).name}"`)),
    only('search for what none has', companiesWhere('search: "nobody"')),
    only('search for two letters', companiesWhere('search: "bo"')),
    only('search for two letters that none has', companiesWhere('search: "qz"')),
    only('search for what is last by name', companiesWhere('search: "valley"', 'NAME')),
  ];
}

function only(name: string, query: string): GrowthCase {
  return { name, bodies: [body(query)] };
}

function companiesWhere(filter: string, order = 'CREATED'): string {
  return `{ companies(filter: { ${filter} }, orderBy: { field: ${order} }) { nodes { id name } } }`;
}

function connectionsWhere(filter: string, order = 'CREATED'): string {
  return `{ connections(filter: { ${filter} }, orderBy: { field: ${order} }) { nodes { id status } } }`;
}

const walked = `query Walk($after: String) { companies(first: 100, after: $after) { pageInfo { endCursor } } }`;

/** Finds the cursor as a client does: page after page. */
async function cursorInTheMiddle(target: Target, companies: number): Promise<string> {
  let after: string | undefined;
  for (let passed = 0; passed < companies / 2; passed += 100) {
    const answer = JSON.parse(await ask(target, body(walked, { after }))) as WalkAnswer;
    after = answer.data.companies.pageInfo.endCursor;
  }
  if (after === undefined) throw new Error('there are no companies');
  return after;
}

interface WalkAnswer {
  readonly data: {
    readonly companies: { readonly pageInfo: { readonly endCursor: string } };
  };
}
