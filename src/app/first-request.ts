import type { PersistedDocuments } from '../api/graphql/execution/persisted-documents.ts';
import type { Store } from '../store/store.ts';

/** A GraphQL request for a newcomer to send, and what it is for. */
export interface FirstRequest {
  readonly title: string;
  readonly body: object;
}

const list =
  '{ companies(first: 5) { totalCount nodes { name connections { platformName status } } } }';
const create =
  'mutation { createCompany(input: { name: "Acme" }) { ... on CreateCompanyPayload { company { id name linkUrl } } } }';

/** Returns a request that the gateway accepts and that shows something, also on a database without companies. */
export async function firstRequest(
  store: Store,
  documents: PersistedDocuments,
): Promise<FirstRequest> {
  if (documents.only) return { title: 'Try it:', body: { documentId: documents.firstId } };
  return (await store.companies.count({})) > 0
    ? { title: 'Try it:', body: { query: list } }
    : {
        title: 'Try it: create the first company, or load yours with npm run import.',
        body: { query: create },
      };
}
