import type { TestGateway } from '../support/gateway.ts';

const company = /* GraphQL */ `
  query Company($id: ID!) {
    company(id: $id) {
      name
      description
      tags {
        key
        value
      }
      created
      lastSync
      connections {
        id
        status
        sourceType
        sourceId
        platformName
        lastSync
        created
        history {
          nodes {
            type
            fromStatus
            toStatus
            actor
          }
        }
      }
    }
  }
`;

/** Queries every field of a company that an import can set. */
export async function askCompany(gateway: TestGateway, id: string) {
  const { data } = await gateway.query(company, { id });
  return data.company;
}
