// What a team that moves over does, through the SDK that it has: npx tsx examples/moving-over.ts [URL [KEY]]
import { CodatPlatform } from '@codat/platform';
import { CodatPlatformError } from '@codat/platform/sdk/models/errors/index.js';

/** The gateway to talk to, and who hears what came of it. */
interface Stage {
  readonly url: string;
  readonly key: string;
  readonly say: (line: string) => void;
}

/** Leads a company and its connection through their lives, and says each step and its outcome. */
async function moveOver({ url, key, say }: Stage): Promise<void> {
  const authHeader = key === '' ? '' : `Basic ${Buffer.from(key).toString('base64')}`;
  const codat = new CodatPlatform({
    serverURL: `${url}/api`,
    authHeader,
    retryConfig: { strategy: 'none' },
  });
  const step = async (what: string, call: () => Promise<unknown>) =>
    say(`${what.padEnd(40)} ${await outcome(call)}`);

  const { id: companyId, name } = await codat.companies.create({
    name: 'Bank of Dave & Sons <UK>',
    tags: { region: 'north', uid: crypto.randomUUID() },
  });
  say(`${'companies.create'.padEnd(40)} ${name}`);
  const { id: connectionId, status } = await codat.connections.create({
    companyId,
    requestBody: { platformKey: 'gbol' },
  });
  say(`${'connections.create'.padEnd(40)} ${status}`);
  const ref = { companyId, connectionId };
  const tokens = { ...ref, requestBody: { accessToken: 'a-token', refreshToken: 'another' } };
  const unlinked = { ...ref, updateConnectionStatus: { status: 'Unlinked' } } as const;

  await step('connections.updateAuthorization', () =>
    codat.connections.updateAuthorization(tokens),
  );
  await step('companies.list by page', () => codat.companies.list({ page: 1, pageSize: 2 }));
  await step('companies.list by query', () =>
    codat.companies.list({ query: `id=${companyId} && dataConnections.status=Linked` }),
  );
  await step('companies.list by tags, in order', () =>
    codat.companies.list({ tags: 'region=north', orderBy: '-created', pageSize: 1 }),
  );
  await step('connections.list by query', () =>
    codat.connections.list({ companyId, query: 'status!=Unlinked' }),
  );
  await step('connections.unlink', () => codat.connections.unlink(unlinked));
  await step('connections.unlink again', () => codat.connections.unlink(unlinked));
  await step('connections.updateAuthorization again', () =>
    codat.connections.updateAuthorization(tokens),
  );
  await step('connections.delete', () => codat.connections.delete(ref));
  await step('connections.get, deleted', () => codat.connections.get(ref));
  await step('the same over GraphQL', () => graphql(url, authHeader, connectionId));
  await step('companies.delete', () => codat.companies.delete({ companyId }));
  await step('companies.get, deleted', () => codat.companies.get({ companyId }));
}

async function outcome(call: () => Promise<unknown>): Promise<string> {
  try {
    return describe(await call());
  } catch (error) {
    if (!(error instanceof CodatPlatformError)) throw error;
    return `${error.statusCode} ${(JSON.parse(error.body) as { error: string }).error}`;
  }
}

interface Described {
  readonly name?: string;
  readonly status?: string;
  readonly results?: readonly Described[];
  readonly totalResults?: number;
  readonly pageNumber?: number;
}

function describe(answer: unknown): string {
  if (answer === undefined) return 'done';
  const { name, status, results, totalResults, pageNumber } = answer as Described;
  if (!results) return name ?? status ?? JSON.stringify(answer);
  return `page ${pageNumber}: ${results.map(describe).join(', ')} (${totalResults} in all)`;
}

async function graphql(url: string, authorization: string, id: string): Promise<unknown> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
    body: JSON.stringify({
      query: 'query ($id: ID!) { connection(id: $id) { status } }',
      variables: { id },
    }),
  });
  return ((await response.json()) as { data: unknown }).data;
}

const [url = 'http://127.0.0.1:4000', key = ''] = process.argv.slice(2);
await moveOver({ url, key, say: (line) => process.stdout.write(`${line}\n`) });
