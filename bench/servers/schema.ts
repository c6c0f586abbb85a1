import { makeExecutableSchema } from '@graphql-tools/schema';
import DataLoader from 'dataloader';
import type { ConnectionRow, Reader } from './reader.ts';

const typeDefs = /* GraphQL */ `
  enum ConnectionStatus {
    PENDING_AUTH
    LINKED
    UNLINKED
    DEAUTHORIZED
  }
  enum SourceType {
    ACCOUNTING
    BANKING
    BANK_FEED
    COMMERCE
    EXPENSE
    OTHER
    UNKNOWN
  }
  type Connection {
    id: ID!
    platformName: String!
    sourceType: SourceType!
    status: ConnectionStatus!
    lastSync: String
    created: String!
  }
  type Company {
    id: ID!
    name: String!
    created: String!
    connections: [Connection!]!
  }
  type PageInfo {
    hasNextPage: Boolean!
  }
  type CompanyPage {
    nodes: [Company!]!
    pageInfo: PageInfo!
  }
  type Query {
    company(id: ID!): Company
    companies(first: Int!): CompanyPage!
  }
`;

/** The context of a request. */
export interface PeerContext {
  readonly connections: DataLoader<string, ConnectionRow[]>;
}

/** Makes the context of a request: a loader that reads the connections of all its companies in one batch. */
export function contextOf(reader: Reader): () => PeerContext {
  return () => ({
    connections: new DataLoader(async (companyIds: readonly string[]) => {
      const byCompany = new Map<string, ConnectionRow[]>(companyIds.map((id) => [id, []]));
      for (const row of reader.connectionsByCompanyIds(companyIds)) {
        byCompany.get(row.companyId)?.push(row);
      }
      return companyIds.map((id) => byCompany.get(id) ?? []);
    }),
  });
}

interface Times {
  readonly created: number | Date;
  readonly lastSync?: number | Date | null;
}

/** Makes the schema that all peers serve, with either reader. */
export function schemaOf(reader: Reader) {
  return makeExecutableSchema<PeerContext>({
    typeDefs,
    resolvers: {
      Query: {
        company: (_: unknown, { id }: { id: string }) => reader.company(id) ?? null,
        companies: (_: unknown, { first }: { first: number }) => {
          const rows = reader.companies(first + 1);
          return { nodes: rows.slice(0, first), pageInfo: { hasNextPage: rows.length > first } };
        },
      },
      Company: {
        created,
        connections: ({ id }: { id: string }, _: unknown, context: PeerContext) =>
          context.connections.load(id),
      },
      Connection: {
        created,
        lastSync: ({ lastSync }: Times) =>
          lastSync === null || lastSync === undefined ? null : iso(lastSync),
      },
      ConnectionStatus: {
        PENDING_AUTH: 'PendingAuth',
        LINKED: 'Linked',
        UNLINKED: 'Unlinked',
        DEAUTHORIZED: 'Deauthorized',
      },
      SourceType: {
        ACCOUNTING: 'Accounting',
        BANKING: 'Banking',
        BANK_FEED: 'BankFeed',
        COMMERCE: 'Commerce',
        EXPENSE: 'Expense',
        OTHER: 'Other',
        UNKNOWN: 'Unknown',
      },
    },
  });
}

function created(row: Times): string {
  return iso(row.created);
}

function iso(moment: number | Date): string {
  return new Date(moment).toISOString();
}
