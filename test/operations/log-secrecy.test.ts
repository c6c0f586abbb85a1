import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ask, bearer, send } from '../support/callers.ts';
import { captureLog } from '../support/captured-log.ts';
import { temporaryFolder } from '../support/folder.ts';
import { startTestGateway } from '../support/gateway.ts';
import { spawnGateway } from '../support/process.ts';
import { inDatabase } from '../support/rows.ts';

const secret = 'S3CRET';

/** Requests with a secret in every place where a client can put one. Some succeed, some are rejected and some fail. */
const secretive = [
  { query: `{ companies(filter: { search: "${secret}" }) { totalCount } }` },
  { query: `# ${secret}\n{ __typename }` },
  { query: `{ company(id: "${secret}") { id } }` },
  { query: `{ ${secret}(a: "${secret}") { id } }` },
  { query: `{ companies(filter: { search: "${secret}" ` },
  { query: `{ companies(filter: { connectionStatus: ${secret} }) { totalCount } }` },
  {
    query: 'query ($s: String) { companies(filter: { search: $s }) { totalCount } }',
    variables: { s: secret },
  },
  { query: 'query ($s: Int) { companies(first: $s) { totalCount } }', variables: { s: secret } },
  {
    query: 'query ($s: DateTime) { companies(filter: { created: { from: $s } }) { totalCount } }',
    variables: { s: secret },
  },
  {
    query: 'mutation ($s: String!) { createCompany(input: { name: $s }) { __typename } }',
    variables: { s: secret },
  },
  {
    query: 'mutation ($s: String!) { createCompany(input: { name: $s }) { __typename } }',
    variables: { s: `${secret}\u0007` },
  },
  {
    query: 'mutation ($s: ID!) { deleteCompany(input: { companyId: $s }) { __typename } }',
    variables: { s: secret },
  },
];

const inHeaders = {
  cookie: `session=${secret}`,
  referer: `http://localhost/${secret}`,
  'user-agent': secret,
  'idempotency-key': secret,
  'x-api-key': secret,
};

async function sendSecrets(gateway: { url: string }, headers: Record<string, string>) {
  for (const question of secretive) {
    await ask(gateway, { ...question, headers: { ...inHeaders, ...headers } });
    await ask(gateway, { ...question, headers });
    const search = new URLSearchParams({
      query: question.query,
      variables: JSON.stringify(question.variables ?? {}),
    });
    await fetch(`${gateway.url}/graphql?${search}`, { headers });
  }
  await send(gateway, { headers, body: `{"query": "${secret}` });
  await send(gateway, { headers, body: `[${JSON.stringify({ query: secret })}]` });
  await send(gateway, { headers: { ...headers, 'content-type': 'text/plain' }, body: secret });
  await fetch(`${gateway.url}/graphql?query={__typename}&variables=${secret}`, { headers });
  await fetch(`${gateway.url}/nowhere?token=${secret}`, { headers });
}

test('the log holds nothing of headers, documents, variables and query strings, however much is logged', async () => {
  const gateway = await spawnGateway(join(await temporaryFolder(), 'test.db'), {
    LOG_LEVEL: 'trace',
    RATE_LIMIT: 'off',
  });

  await sendSecrets(gateway, {});
  await sendSecrets(gateway, bearer(secret));
  gateway.child.kill('SIGTERM');
  const { stdout, stderr } = await gateway.finished;

  expect(stderr.match(/"msg":"request"/g)).toHaveLength(2 * (3 * secretive.length + 5));
  expect(`${stdout}${stderr}`).not.toContain(secret);
});

test('the cause of an internal fault in the log holds nothing of documents and variables', async () => {
  const log = captureLog();
  const gateway = await startTestGateway({ logger: log.logger });
  inDatabase(gateway.file, (db) => db.exec('ALTER TABLE companies RENAME TO gone'));

  await sendSecrets(gateway, {});

  expect(log.text()).toContain('no such table');
  expect(log.text()).not.toContain(secret);
});
