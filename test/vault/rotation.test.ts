import { join } from 'node:path';
import { CompactEncrypt } from 'jose';
import { expect, test } from 'vitest';
import type { EncryptionKey } from '../../src/vault/key.ts';
import { rotateKeys, type SealedStore } from '../../src/vault/rotate.ts';
import { ofConnection, type Vault } from '../../src/vault/vault.ts';
import { temporaryFolder } from '../support/folder.ts';
import {
  addOtherSecrets,
  addSealed,
  countSealed,
  credentialsOf,
  openAll,
  type Owned,
} from '../support/sealed.ts';
import { openDatabase, openTestStore } from '../support/store-file.ts';
import { keyOf, newKeyText, newVault } from '../support/vault.ts';

/** Makes a store with credentials that are encrypted with an old key, and vaults. */
async function sealedWithOldKey(number: number) {
  const file = join(await temporaryFolder(), 'test.db');
  const store = await openTestStore(file);
  const [oldKey, newKey] = [newKeyText(), newKeyText()];
  const old = newVault(oldKey);
  return {
    file,
    store,
    oldKey,
    old,
    onlyNew: newVault(newKey),
    both: newVault(newKey, oldKey),
    connections: await addSealed(store, old, number),
  };
}

/** The same with one connection. */
async function oneSealedWithOldKey() {
  const sealed = await sealedWithOldKey(1);
  const [connection] = sealed.connections;
  if (!connection) throw new Error('no connection was added');
  return { ...sealed, connection };
}

const sealedColumns = [
  ['credentials', 'jwe'],
  ['revocations', 'jwe'],
  ['authorizations', 'secrets'],
] as const;

/** Seals as versions of the gateway did that knew no purposes. */
async function sealWithoutPurpose({ id, key }: EncryptionKey, secret: unknown, boundTo: string) {
  return new CompactEncrypt(Buffer.from(JSON.stringify(secret)))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: id, bound_to: boundTo })
    .encrypt(key);
}

const secretsOf = (connections: readonly Owned[]) =>
  new Map(connections.map((it) => [it.connectionId, credentialsOf(it)]));

test('everything that is sealed is sealed with the first key afterwards, and is what it was', async () => {
  const { file, store, old, both, onlyNew, connections } = await sealedWithOldKey(250);
  for (const connection of connections.slice(0, 120)) await addOtherSecrets(store, old, connection);

  const summary = await rotateKeys(store, both);

  expect(summary).toEqual({ resealed: 250 + 2 * 120, keyMissing: 0, altered: 0 });
  const opened = await openAll(file, onlyNew);
  expect(opened).toHaveLength(250 + 2 * 120);
  expect(new Map(opened)).toEqual(secretsOf(connections));
});

test('what was sealed before there were purposes is sealed with its own afterwards', async () => {
  const { file, store, oldKey, old, both, onlyNew, connection } = await oneSealedWithOldKey();
  await addOtherSecrets(store, old, connection);
  const { boundTo } = ofConnection('credentials', connection);
  const db = openDatabase(file);
  const withoutPurpose = await sealWithoutPurpose(
    keyOf(oldKey),
    credentialsOf(connection),
    boundTo,
  );
  for (const [table, column] of sealedColumns) {
    db.prepare(`UPDATE ${table} SET ${column} = ? WHERE key_id = ?`).run(withoutPurpose, old.keyId);
  }

  expect(await rotateKeys(store, both)).toEqual({ resealed: 3, keyMissing: 0, altered: 0 });

  expect(await openAll(file, onlyNew)).toHaveLength(3);
  const purposes = sealedColumns.map(([table, column]) => {
    const jwe = String(db.prepare(`SELECT ${column} FROM ${table}`).pluck().get());
    return JSON.parse(Buffer.from(jwe.split('.')[0] ?? '', 'base64url').toString()).purpose;
  });
  expect(purposes).toEqual(['credentials', 'credentials', 'authorization']);
});

test('a rotation changes nothing but what is sealed', async () => {
  const { store, both, connection } = await oneSealedWithOldKey();
  const id = connection.connectionId;
  const before = await store.credentials.ofConnection(id);

  await rotateKeys(store, both);

  const after = await store.credentials.ofConnection(id);
  expect(after).toEqual({ ...before, sealed: after?.sealed });
  expect(after?.sealed.keyId).toBe(both.keyId);
});

test('where there is nothing to do nothing is written', async () => {
  const { file, store, both } = await sealedWithOldKey(3);
  await rotateKeys(store, both);
  // Changes when another connection commits.
  const version = openDatabase(file).prepare('PRAGMA data_version').pluck();
  const before = version.get();

  expect(await rotateKeys(store, both)).toEqual({ resealed: 0, keyMissing: 0, altered: 0 });

  expect(version.get()).toBe(before);
});

test('a rotation goes past what it cannot open, and says how much that is', async () => {
  const { file, store, both, connections } = await sealedWithOldKey(150);
  const lost = newVault();
  await addSealed(store, lost, 130);
  const altered = connections.slice(20, 40).map(({ connectionId }) => connectionId);
  openDatabase(file)
    .prepare(
      'UPDATE credentials SET jwe = ? WHERE connection_id IN (SELECT value FROM json_each(?))',
    )
    .run('garbled', JSON.stringify(altered));
  const told: string[] = [];

  const summary = await rotateKeys(store, both, { onAltered: ({ id }) => told.push(id) });

  expect(summary).toEqual({ resealed: 130, keyMissing: 130, altered: 20 });
  expect(told.toSorted()).toEqual(altered.toSorted());
  expect(countSealed(file, lost.keyId)).toBe(130);
});

test('credentials of one connection under the name of another stay as they are', async () => {
  const { file, store, both } = await sealedWithOldKey(2);
  openDatabase(file).exec('UPDATE credentials SET jwe = (SELECT max(jwe) FROM credentials)');

  const summary = await rotateKeys(store, both);

  expect(summary).toEqual({ resealed: 1, keyMissing: 0, altered: 1 });
});

/** Makes a vault that runs `happens` each time it opens a secret. */
function meanwhile(vault: Vault, happens: () => Promise<unknown>): Vault {
  return {
    ...vault,
    open: async (sealed, boundTo) => {
      const secret = await vault.open(sealed, boundTo);
      await happens();
      return secret;
    },
  };
}

test.for(['the new key', 'the old key'] as const)(
  'credentials that are renewed with %s while they are sealed again stay renewed',
  async (which) => {
    const { store, file, old, both, connection } = await oneSealedWithOldKey();
    const renewed = await (which === 'the new key' ? both : old).seal(
      'renewed',
      ofConnection('credentials', connection),
    );
    const stored = await store.credentials.ofConnection(connection.connectionId);
    const renew = () =>
      store.transact((tx) =>
        tx.credentials.renew(connection.connectionId, stored?.version ?? 0, {
          sealed: renewed,
          expires: null,
          renewAt: null,
          scheduled: null,
          obtained: null,
        }),
      );

    const { resealed } = await rotateKeys(store, meanwhile(both, renew));

    expect(resealed).toBe(0);
    expect(await openAll(file, both)).toEqual([[connection.connectionId, 'renewed']]);
  },
);

test('credentials that are erased while they are sealed again stay erased', async () => {
  const { store, file, both } = await oneSealedWithOldKey();
  const erase = async () => openDatabase(file).exec('DELETE FROM credentials');

  await rotateKeys(store, meanwhile(both, erase));

  expect(await openAll(file, both)).toEqual([]);
});

/** Makes a store that calls `onFailure` for each failed transaction. */
function watched(store: SealedStore, onFailure: () => void): SealedStore {
  return {
    sealed: store.sealed,
    transact: async (work) => {
      try {
        return await store.transact(work);
      } catch (error) {
        onFailure();
        throw error;
      }
    },
  };
}

test('a rotation outlasts another process that holds the database for longer than one try', async () => {
  const { file, store, both } = await sealedWithOldKey(1);
  const other = openDatabase(file);
  other.exec('BEGIN IMMEDIATE');
  let failures = 0;
  const patient = watched(store, () => {
    failures += 1;
    other.exec('ROLLBACK');
  });

  const { resealed } = await rotateKeys(patient, both);

  expect({ resealed, failures }).toEqual({ resealed: 1, failures: 1 });
});

test('a rotation that was stopped has done what it says, and the next one does the rest', async () => {
  const { file, store, both, onlyNew } = await sealedWithOldKey(350);
  const stopping = new AbortController();

  const first = await rotateKeys(store, both, {
    signal: stopping.signal,
    onProgress: ({ resealed }) => {
      if (resealed >= 100) stopping.abort();
    },
  });

  expect(first.resealed).toBeGreaterThanOrEqual(100);
  expect(first.resealed).toBeLessThan(350);
  expect(countSealed(file, both.keyId)).toBe(first.resealed);
  const second = await rotateKeys(store, both);
  expect(first.resealed + second.resealed).toBe(350);
  expect(await openAll(file, onlyNew)).toHaveLength(350);
});
