import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { newId, type CompanyId, type ConnectionId } from '../../src/domain/id.ts';
import { importRecords } from '../../src/import/import-records.ts';
import { readRecords } from '../../src/import/read-records.ts';
import type { Store } from '../../src/store/store.ts';
import { ofConnection, type SecretPurpose, type Vault } from '../../src/vault/vault.ts';
import { manyCompanies } from './companies.ts';
import { ndjson } from './import.ts';
import { rowsOf } from './stored.ts';

/** A connection and the company that it belongs to. */
export interface Owned {
  readonly companyId: CompanyId;
  readonly connectionId: ConnectionId;
}

/** Returns the credentials that a test gives to a connection. */
export function credentialsOf({ connectionId }: Owned) {
  return { accessToken: `the token of ${connectionId}` };
}

/** Adds Linked connections with encrypted credentials, each of its own company. */
export async function addSealed(store: Store, vault: Vault, number: number): Promise<Owned[]> {
  const records = manyCompanies(number);
  await importRecords(store, () => readRecords(Readable.from([Buffer.from(ndjson(records))])), {
    maxConnections: 1000,
  });
  const connections = records.map(({ id, dataConnections: [connection] }) => ({
    companyId: id as CompanyId,
    connectionId: connection?.id as ConnectionId,
  }));
  const given = await Promise.all(
    connections.map(async (it) => ({
      id: it.connectionId,
      sealed: await vault.seal(credentialsOf(it), ofConnection('credentials', it)),
    })),
  );
  await store.transact(async (tx) => {
    for (const { id, sealed } of given) {
      await tx.credentials.set(id, {
        sealed,
        expires: null,
        renewAt: null,
        scheduled: null,
        obtained: null,
      });
    }
  });
  return connections;
}

/** Adds the other encrypted records of a connection: an authorization in progress and a queued revocation. */
export async function addOtherSecrets(store: Store, vault: Vault, owned: Owned): Promise<void> {
  const sealedFor = (purpose: SecretPurpose) =>
    vault.seal(credentialsOf(owned), ofConnection(purpose, owned));
  const sealed = await sealedFor('credentials');
  const secrets = await sealedFor('authorization');
  await store.transact(async (tx) => {
    await tx.revocations.create({
      id: newId(),
      ...owned,
      sealed,
      queued: Date.now(),
      failures: 0,
    });
    await tx.authorizations.create(
      {
        id: newId(),
        ...owned,
        browser: randomBytes(32),
        allowDifferentAccount: false,
        redirectUrl: null,
        parameters: {},
        secrets,
        expires: Date.now() + 60_000,
      },
      randomBytes(32),
    );
  });
}

/** Decrypts every secret in a database file, as `connection: secret`. Throws if one cannot be decrypted. */
export async function openAll(file: string, vault: Vault): Promise<[string, unknown][]> {
  type Row = Owned & { keyId: string; jwe: string; purpose: SecretPurpose };
  const rows = rowsOf<Row>(file, everythingSealed);
  return Promise.all(
    rows.map(async (row): Promise<[string, unknown]> => [
      row.connectionId,
      await vault.open(row, ofConnection(row.purpose, row)),
    ]),
  );
}

/** Counts the records of a database file that are encrypted with the key of this id. */
export function countSealed(file: string, keyId: string): number {
  const sql = `SELECT count(*) AS count FROM (${everythingSealed}) WHERE keyId = ?`;
  return rowsOf<{ count: number }>(file, sql, keyId)[0]?.count ?? Number.NaN;
}

const everythingSealed = `
  SELECT c.company_id AS companyId, c.id AS connectionId, s.key_id AS keyId, s.jwe, s.purpose
  FROM connections c
  JOIN (
    SELECT connection_id, key_id, jwe, 'credentials' AS purpose FROM credentials
    UNION ALL SELECT connection_id, key_id, jwe, 'credentials' FROM revocations
    UNION ALL SELECT connection_id, key_id, secrets, 'authorization' FROM authorizations
  ) s ON s.connection_id = c.id`;
