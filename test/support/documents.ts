/** A query for a page of companies with the usual fields. */
export const usualQuery = /* GraphQL */ `
  query CompaniesPage($first: Int = 100, $withTags: Boolean = true) {
    companies(first: $first, orderBy: { field: NAME }) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        ...CompanyRow
        tags @include(if: $withTags) {
          key
          value
        }
      }
    }
    accounting: integrations(filter: { sourceType: ACCOUNTING }) {
      id
      name
    }
    banking: integrations(filter: { sourceType: BANKING }) {
      id
      name
    }
  }
  fragment CompanyRow on Company {
    __typename
    id
    name
    description
    created
    lastSync
    linkUrl
    connectionStatuses
    connections {
      ...ConnectionRow
    }
  }
  fragment ConnectionRow on Connection {
    __typename
    id
    integrationId
    integration {
      id
      key
      name
    }
    sourceId
    platformName
    sourceType
    status
    linkUrl
    lastSync
    created
    allowedActions
  }
`;

/** Joins the results of `make` for the numbers from 0 to `n - 1`. */
export function times(n: number, make: (index: number) => string): string {
  return Array.from({ length: n }, (_, index) => make(index)).join(' ');
}

// Valid documents that have exactly `n` of one thing.

/** Makes a document of `n` tokens. */
export function documentOfTokens(n: number): string {
  return `{ integrations(filter: { sourceType: [${times(n - 16, () => 'OTHER')}] }) { id } }`;
}

/** Makes a document of `n` characters. */
export function documentOfLength(n: number): string {
  return '{ companies { totalCount } } #'.padEnd(n, 'x');
}

/** Makes a document that is nested `n` levels deep. */
export function documentOfDepth(n: number): string {
  const parents = ['companies', 'nodes'];
  while (parents.length < n - 1) {
    parents.push(parents.length % 2 === 0 ? 'connections' : 'company');
  }
  return `{ ${parents.map((field) => `${field} {`).join(' ')} id ${'}'.repeat(parents.length)} }`;
}

/** Makes a document of `n` aliases. */
export function documentOfAliases(n: number): string {
  return `{ companies { totalCount ${times(n, (i) => `a${i}: totalCount`)} } }`;
}

/** Makes a document of `n` directives. */
export function documentOfDirectives(n: number): string {
  return `{ companies { totalCount ${times(n, () => 'totalCount @include(if: true)')} } }`;
}

/** Makes a document whose operation has `n` root fields. */
export function documentOfRootFields(n: number): string {
  return `{ ${times(n, () => 'companies { totalCount }')} }`;
}

/**
 * Makes fragments that each spread the previous one twice: `...F40` expands to 2^40 copies of the selection of `F0`.
 */
export function fragmentsThatDouble(type: string, selected: string): string {
  const doubling = (i: number) => `fragment F${i + 1} on ${type} { ...F${i} ...F${i} }`;
  return `fragment F0 on ${type} { ${selected} } ${times(40, doubling)}`;
}
