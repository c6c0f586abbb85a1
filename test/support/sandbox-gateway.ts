import type { ConnectionId } from '../../src/domain/id.ts';
import { ofConnection, type Vault } from '../../src/vault/vault.ts';
import { postQuery } from './gateway.ts';
import { handOver } from './renewing.ts';
import { accounting, clientOf, type TestClient } from './sandbox.ts';
import { rowsOf } from './stored.ts';

/** A gateway that serves the sandbox over its database `file`. */
export interface SandboxGateway {
  readonly url: string;
  readonly sandboxUrl: string;
  readonly file: string;
}

/** Makes the OAuth client that the gateway is to the sandbox's accounting platform. */
export async function gatewaysClient({ file, sandboxUrl }: SandboxGateway): Promise<TestClient> {
  const [secret] = rowsOf<{ value: string }>(
    `${file}.sandbox`,
    `SELECT value FROM secrets WHERE name = 'client-secret:sandbox-accounting'`,
  );
  return clientOf({
    url: sandboxUrl,
    clients: [
      {
        integrationKey: accounting,
        clientId: 'sandbox-accounting',
        clientSecret: secret?.value ?? '',
      },
    ],
    close: async () => {},
  });
}

/** Makes an account grant access to the gateway, without using the gateway. */
export async function grantAtSandbox(gateway: SandboxGateway, client: TestClient) {
  const tokens = await client.link({}, { redirect_uri: `${gateway.url}/link/callback/mqjo` });
  return { accessToken: tokens.access_token, refreshToken: tokens.refresh_token };
}

/**
 * Links the accounting sandbox of a new company with a grant that is handed over, to be renewed when a test says so.
 */
export async function linkByGrant(gateway: SandboxGateway, client: TestClient) {
  const ask = async (query: string, input: unknown) =>
    (await postQuery<Record<string, Record<string, { id: string }>>>(gateway.url, query, { input }))
      .data;
  const { createCompany } = await ask(
    `mutation ($input: CreateCompanyInput!) {
      createCompany(input: $input) { ... on CreateCompanyPayload { company { id } } }
    }`,
    { name: 'Acme' },
  );
  const companyId = createCompany?.['company']?.id ?? '';
  const { createConnection } = await ask(
    `mutation ($input: CreateConnectionInput!) {
      createConnection(input: $input) { ... on CreateConnectionPayload { connection { id } } }
    }`,
    { companyId, integrationKey: accounting },
  );
  const connectionId = (createConnection?.['connection']?.id ?? '') as ConnectionId;
  const expires = new Date(Date.now() + 3_600_000).toISOString();
  const credentials = { ...(await grantAtSandbox(gateway, client)), expires };
  await ask(handOver, { companyId, connectionId, credentials });
  return { companyId, connectionId, ...credentials };
}

/** The stored credentials of one connection, decrypted. */
export interface Kept {
  readonly connectionId: string;
  readonly version: number;
  readonly leaseUntil: number | null;
  readonly refreshToken: string;
  readonly accessToken: string;
}

/** Reads the credentials in a database file directly, without the gateways that use it. */
export async function keptCredentials(file: string, vault: Vault): Promise<Kept[]> {
  type Opened = Pick<Kept, 'refreshToken' | 'accessToken'>;
  type Row = Omit<Kept, keyof Opened> &
    Parameters<typeof ofConnection>[1] & { keyId: string; jwe: string };
  const rows = rowsOf<Row>(
    file,
    `SELECT n.company_id AS companyId, n.id AS connectionId, c.version, c.lease_until AS leaseUntil,
       c.key_id AS keyId, c.jwe
     FROM credentials c JOIN connections n ON n.id = c.connection_id ORDER BY n.id`,
  );
  return Promise.all(
    rows.map(async (row) => {
      const opened = (await vault.open(row, ofConnection('credentials', row))) as Opened;
      const { connectionId, version, leaseUntil } = row;
      const { accessToken, refreshToken } = opened;
      return { connectionId, version, leaseUntil, accessToken, refreshToken };
    }),
  );
}

/** Returns the refresh tokens that the sandbox has consumed, and those that are still usable. */
export function refreshTokensOf(file: string) {
  const rows = rowsOf<{ id: string; used: number }>(
    `${file}.sandbox`,
    `SELECT id, consumed_at IS NOT NULL AS used FROM artifacts WHERE model = 'RefreshToken'`,
  );
  const ids = (used: number) => rows.filter((row) => row.used === used).map(({ id }) => id);
  return { used: ids(1), usable: new Set(ids(0)) };
}
