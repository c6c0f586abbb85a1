import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ConnectionId } from '../../src/domain/id.ts';
import { createVault, ofConnection } from '../../src/vault/vault.ts';
import { openBrowser, type Browser } from '../support/browser.ts';
import { startCollector } from '../support/collector.ts';
import { temporaryFolder } from '../support/folder.ts';
import { postQuery } from '../support/gateway.ts';
import { choose, revokeAtSandbox } from '../support/linking.ts';
import { spawnGateway } from '../support/process.ts';
import { handOver } from '../support/renewing.ts';
import { inDatabase } from '../support/rows.ts';
import { keptCredentials } from '../support/sandbox-gateway.ts';
import { signInAndConsent } from '../support/sandbox-user.ts';
import { rowsOf } from '../support/stored.ts';
import { until } from '../support/until.ts';
import { keyOf, newKeyText } from '../support/vault.ts';

/** Opens a browser that records the pages of the gateway and the secrets in URLs. */
function watchedBrowser(shown: string[]): Browser {
  const browser = openBrowser();
  return {
    open: async (address) => {
      const visit = await browser.open(address);
      shown.push(visit.html);
      return visit;
    },
    submit: async (form, changes) => {
      const visit = await browser.submit(form, changes);
      shown.push(visit.html);
      return visit;
    },
  };
}

test('no secret of a whole life of a connection is anywhere but where it must be', async () => {
  const file = join(await temporaryFolder(), 'test.db');
  const encryptionKey = newKeyText();
  const vault = createVault([keyOf(encryptionKey)]);
  const collector = await startCollector();
  const gateway = await spawnGateway(file, {
    ENCRYPTION_KEYS: encryptionKey,
    SANDBOX: 'on',
    SANDBOX_PORT: '0',
    LOG_LEVEL: 'trace',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_BSP_SCHEDULE_DELAY: '100',
    RATE_LIMIT: 'off',
  });
  const shown: string[] = [];
  const secrets = new Set([encryptionKey]);
  const ask = async (query: string, variables: Record<string, unknown> = {}) => {
    const answer = await postQuery<Record<string, Record<string, never>>>(
      gateway.url,
      query,
      variables,
    );
    shown.push(JSON.stringify([answer.data, answer.errors]));
    return JSON.parse(JSON.stringify(answer.data ?? {})) as Record<string, Record<string, unknown>>;
  };
  const inUse = async () => {
    for (const { accessToken, refreshToken } of await keptCredentials(file, vault)) {
      secrets.add(accessToken);
      if (refreshToken) secrets.add(refreshToken);
    }
  };
  const makeRenewalDue = () =>
    inDatabase(file, (db) => db.prepare('UPDATE credentials SET renew_at = ?').run(Date.now()));
  const versions = () =>
    inDatabase(file, (db) => db.prepare('SELECT version FROM credentials').pluck().all());
  const status = () =>
    inDatabase(file, (db) => db.prepare('SELECT status FROM connections').pluck().get());

  const created = await ask(
    'mutation ($input: CreateCompanyInput!) { createCompany(input: $input) { ... on CreateCompanyPayload { company { id } } } }',
    { input: { name: 'Acme' } },
  );
  const companyId = (created['createCompany'] as { company: { id: string } }).company.id;
  const link = async (choice: { refuse?: boolean } = {}) => {
    const { company } = await ask('query ($id: ID!) { company(id: $id) { linkUrl } }', {
      id: companyId,
    });
    // The response that contains the link URL is meant for the caller.
    shown.pop();
    const browser = watchedBrowser(shown);
    const sent = await choose(browser, String(company?.['linkUrl']));
    const callback = await signInAndConsent(sent.url, choice);
    for (const name of ['code', 'state']) {
      const value = callback.searchParams.get(name);
      if (value !== null) secrets.add(value);
    }
    await browser.open(callback);
    await inUse();
  };

  await link();
  const [first] = await keptCredentials(file, vault);
  const connectionId = first?.connectionId as ConnectionId;
  makeRenewalDue();
  await until('it is renewed', () => Number(versions()[0]) > (first?.version ?? 0));
  await inUse();
  const ids = { companyId, connectionId };
  const unlink =
    'mutation ($input: UnlinkConnectionInput!) { unlinkConnection(input: $input) { __typename } }';
  await ask(unlink, { input: ids });
  await link({ refuse: true });
  await link();
  expect(status()).toBe('Linked');
  await revokeAtSandbox(gateway.sandboxUrl);
  makeRenewalDue();
  const isRefused = () => rowsOf(file, 'SELECT * FROM credentials WHERE refused_at').length === 1;
  await until('the platform refuses it', isRefused);
  inDatabase(file, (db) => db.exec('UPDATE credentials SET refused_at = refused_at - 300000'));
  makeRenewalDue();
  await until('it is deauthorized', () => status() === 'Deauthorized');
  const planted = { accessToken: 'PLANTED-ACCESS', refreshToken: 'PLANTED-REFRESH' };
  secrets.add(planted.accessToken).add(planted.refreshToken);
  await ask(handOver, { input: { ...ids, credentials: { ...planted, accessToken: 'not ok é' } } });
  await ask(handOver, { input: { ...ids, credentials: { ...planted, surprise: 1 } } });
  await ask(handOver, { input: { ...ids, credentials: planted } });
  expect(status()).toBe('Linked');
  const events = () =>
    inDatabase(file, (db) =>
      db.prepare(`SELECT count(*) FROM events WHERE type = 'connection.failed'`).pluck().get(),
    );
  const failed = Number(events());
  // Credentials that cannot be decrypted cannot be revoked.
  inDatabase(file, (db) => db.exec(`UPDATE credentials SET key_id = 'lost'`));
  await ask(unlink, { input: ids });
  await until('the revocation fails', () => events() === failed + 1);
  await ask(
    `{ companies { nodes { name connections {
      status health { state reason } history { nodes { type reason actor } } } } } }`,
  );
  shown.push(await (await fetch(`${gateway.url}/metrics`)).text());
  const bindings = rowsOf<{ companyId: never; connectionId: never; keyId: string; jwe: string }>(
    file,
    'SELECT company_id AS companyId, connection_id AS connectionId, key_id AS keyId, secrets AS jwe FROM authorizations',
  );
  for (const row of bindings) {
    const opened = (await vault.open(row, ofConnection('authorization', row))) as Record<
      string,
      string
    >;
    for (const value of Object.values(opened)) secrets.add(value);
  }
  for (const { value } of rowsOf<{ value: string }>(
    `${file}.sandbox`,
    `SELECT value FROM secrets WHERE name LIKE 'client-secret:%'`,
  )) {
    secrets.add(value);
  }
  // Read before the gateway stops: the last connection to close merges the write-ahead log into the database.
  const raw = ['', '-wal'].map((end) => readFileSync(`${file}${end}`, 'latin1'));
  gateway.child.kill('SIGTERM');
  const { stdout, stderr, code } = await gateway.finished;

  const everything: Record<string, string> = {
    stdout,
    stderr,
    'answers and pages': shown.join('\n'),
    'the database': raw.join('\n'),
    'the database at rest': readFileSync(file, 'latin1'),
    traces: collector.exports.map(({ body }) => body).join('\n'),
  };
  expect(code).toBe(0);
  expect(bindings).toHaveLength(3);
  expect(secrets.size).toBeGreaterThan(20);
  expect(everything['traces']).toContain('"resourceSpans"');
  expect(stderr).toContain('due credentials were processed');
  const found = Object.entries(everything).flatMap(([where, text]) =>
    [...secrets].filter((secret) => text.includes(secret)).map((secret) => [where, secret]),
  );
  expect(found).toEqual([]);
});
