// The same bodies go to every server. The fields are those that all can give: a `linkUrl` would be a write here.

const company = `id name created connections { id platformName sourceType status lastSync created }`;

/** One company by its id, with its connections. */
export function oneBody(id: string): string {
  return body(`query Company($id: ID!) { company(id: $id) { ${company} } }`, { id });
}

const pageSize = 20;

/** A page of companies, with theirs. */
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

/** Takes back the access of a connection. */
export function unlinkBody(input: {
  readonly companyId: string;
  readonly connectionId: string;
}): string {
  return body(
    `mutation Unlink($input: UnlinkConnectionInput!) { unlinkConnection(input: $input) { ... on UnlinkConnectionPayload { connection { id status } } } }`,
    { input },
  );
}

/** A request for a document. */
export function body(query: string, variables: Record<string, unknown> = {}): string {
  return JSON.stringify({ query, variables });
}
