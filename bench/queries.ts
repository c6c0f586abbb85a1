// The same bodies go to every server, with fields that all servers have. Reading a `linkUrl` would be a write here.

const company = `id name created connections { id platformName sourceType status lastSync created }`;

/** Requests one company by its id, with its connections. */
export function oneBody(id: string): string {
  return body(`query Company($id: ID!) { company(id: $id) { ${company} } }`, { id });
}

const pageSize = 20;

/** Requests a page of companies with their connections. */
export function pageBody(after?: string): string {
  const answer = `nodes { ${company} } pageInfo { hasNextPage }`;
  return after === undefined
    ? body(`query Companies($first: Int!) { companies(first: $first) { ${answer} } }`, {
        first: pageSize,
      })
    : body(
        `query CompaniesAfter($first: Int!, $after: String!) { companies(first: $first, after: $after) { ${answer} } }`,
        { first: pageSize, after },
      );
}

/** Unlinks a connection. */
export function unlinkBody(input: {
  readonly companyId: string;
  readonly connectionId: string;
}): string {
  return body(
    `mutation Unlink($input: UnlinkConnectionInput!) { unlinkConnection(input: $input) { ... on UnlinkConnectionPayload { connection { id status } } } }`,
    { input },
  );
}

/** Makes the body of a GraphQL request. */
export function body(query: string, variables: Record<string, unknown> = {}): string {
  return JSON.stringify({ query, variables });
}
