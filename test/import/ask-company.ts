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

/** Asks for all that an import can say of a company. */
export async function askCompany(gateway: TestGateway, id: string) {
  const { data } = await gateway.query(company, { id });
  return data.company;
}
