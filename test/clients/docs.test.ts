import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isInterfaceType, isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../src/api/graphql/schema/schema.ts';
import { generateClient, writeClientProject } from '../codegen/client-project.ts';
import { blocksFor } from '../support/block-checks.ts';
import { ask, bearer, codesOf, makeApiKey, send } from '../support/callers.ts';
import { startTestGateway } from '../support/gateway.ts';
import { shared } from '../support/lifetime.ts';
import { badKey, programs } from './programs.ts';
import { relayArtifacts, taggedOperations, withArtifacts } from './relay-artifacts.ts';
import { startUnreliableNetwork } from './unreliable-network.ts';

const blocks = blocksFor(import.meta.url)({ page: 'docs/clients.md', language: 'ts' });
/** The files of the page, by the names in their first lines. */
const files = new Map(blocks.map((code) => [/^\/\/ ([\w-]+)\.ts\n/.exec(code)?.[1] ?? '', code]));
const addressOfPage = 'http://127.0.0.1:4000';

/** The packages that a user of the page installs: those that its files import, and what these need. */
function imported(): string[] {
  const names = [...files.values()].flatMap((code) =>
    [...code.matchAll(/from '(@[\w-]+\/[\w-]+|[a-z][\w-]*)[/']/g)].map(([, name = '']) => name),
  );
  return [...names, '@graphql-codegen/client-preset', 'rxjs'];
}

const names = ['A', 'B', 'C', 'D', 'E'];

/** A gateway with five companies, and a compiled project with the files of the page and a program for each client. */
const reader = shared(async () => {
  const gateway = await startTestGateway();
  const companyIds: string[] = [];
  for (const [day, name] of names.entries()) {
    const created = `2024-01-0${day + 1}T00:00:00Z`;
    companyIds.push((await gateway.withCompany({ name, created })).companyId);
  }
  const { secret } = await makeApiKey(gateway, 'write');
  const network = await startUnreliableNetwork(gateway.url);

  const { codegen = '', ...ofPage } = Object.fromEntries(files);
  const project = await writeClientProject(
    Object.fromEntries([
      ...Object.entries(ofPage).map(([name, code]) => [
        `${name}.ts`,
        code.replaceAll(addressOfPage, network.url),
      ]),
      ...Object.entries({ ...programs, 'bad-key': badKey }).map(([name, code]) => [
        `use-${name}.ts`,
        code,
      ]),
    ]),
    codegen,
  );
  await generateClient(project);
  await mkdir(join(project.folder, 'src/__generated__'));
  for (const [file, code] of Object.entries(relayArtifacts())) {
    await writeFile(join(project.folder, 'src/__generated__', file), code);
  }
  const complaints = await project.compile();
  const relay = join(project.folder, 'compiled/src/relay.js');
  await writeFile(relay, withArtifacts(await readFile(relay, 'utf8')));
  const run = async (name: string, key = secret) =>
    JSON.parse(await project.run(`use-${name}.js`, [], { CONNEXIONS_KEY: key })) as unknown;
  /** Gives the first company its name again, which the programs change. */
  const restore = () =>
    ask(gateway, {
      query: `mutation { updateCompany(input: { companyId: "${companyIds[0]}", name: "A" }) { __typename } }`,
      headers: bearer(secret),
    });
  const count = (search: string) => gateway.store.companies.count({ search });
  return { network, complaints, run, restore, count };
});

test('the examples of the page and programs that use them type-check', () => {
  expect([...files.keys()]).not.toContain('');
  expect(reader().complaints).toBe('');
});

/** The programs. `repeats` says whether the client itself repeats requests. */
const clients = [
  { client: 'fetch', name: 'fetch', repeats: true },
  { client: 'apollo', name: 'Apollo', repeats: true },
  { client: 'urql', name: 'urql', repeats: false },
  { client: 'graphql-request', name: 'graphql-request', repeats: false },
  { client: 'relay', name: 'Relay', repeats: false },
] as const;

test.for(clients)(
  '$client reads two pages, shows a change, a refusal and an error, and repeats a mutation safely',
  async ({ client, name, repeats }) => {
    const { run, restore, network, count } = reader();
    await restore();

    expect(await run(client)).toEqual({
      first: ['A', 'B'],
      both: ['A', 'B', 'C', 'D'],
      changed: [`Renamed by ${name}`, 'B', 'C', 'D'],
      refused: 'NotFoundError',
      code: 'BAD_USER_INPUT',
      ...(repeats && { unsafe: 'failed' }),
    });
    // It was sent again and executed once.
    expect(network.lost).toContain(`lost-${client}`);
    expect(await count(`Created by ${name}`)).toBe(client === 'relay' ? 0 : 1);
    expect(await count(`Created by busy ${name}`)).toBe(repeats ? 1 : 0);
    expect(await count(`Created unsafely by ${name}`)).toBe(repeats ? 1 : 0);
  },
);

test('each client shows the code of a response without a GraphQL result as the page says', async () => {
  expect(await reader().run('bad-key', 'no-key')).toEqual(Array(4).fill('UNAUTHENTICATED'));
});

const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));

test('the example of Apollo Client names the types of every interface', () => {
  const [, given = ''] = /possibleTypes: \{([^}]+)\}/.exec(files.get('apollo') ?? '') ?? [];
  const named = [...given.matchAll(/(\w+): \[([^\]]+)\]/g)].map(
    ([, name, members = '']) => [name, [...members.matchAll(/\w+/g)].map(String)] as const,
  );
  const interfaces = types.filter((type) => isInterfaceType(type));

  expect(Object.fromEntries(named)).toEqual(
    Object.fromEntries(
      interfaces.map((type) => [
        type.name,
        schema
          .getPossibleTypes(type)
          .map(({ name }) => name)
          .toSorted(),
      ]),
    ),
  );
});

test.for(['apollo', 'urql'])('the example of %s joins the pages of every list', (client) => {
  const lists = types
    .filter((type) => isObjectType(type))
    .flatMap((type) => Object.values(type.getFields()))
    .filter(({ type }) => String(type).endsWith('Page!'));
  const joined = [...(files.get(client) ?? '').matchAll(/(\w+): relay\w*Pagination\(/g)].map(
    ([, name]) => name,
  );

  expect(joined).toHaveLength(lists.length);
  expect(new Set(joined)).toEqual(new Set(lists.map(({ name }) => name)));
});

test('the example of urql has a key for every type without an id', () => {
  const named = [...(files.get('urql') ?? '').matchAll(/(\w+): withoutId/g)].map(
    ([, name]) => name,
  );
  const withoutId = types.filter((type) => isObjectType(type) && !('id' in type.getFields()));
  // Graphcache knows edges and PageInfo, and the fields of mutations are not stored.
  const known = /^(Query|Mutation|PageInfo|\w+(Edge|Payload|Error))$/;

  expect(new Set(named)).toEqual(
    new Set(withoutId.map(({ name }) => name).filter((name) => !known.test(name))),
  );
});

test('what Relay compiled is of the documents of the page (if not: npm run relay-artifacts)', () => {
  const artifacts = relayArtifacts();
  const compiled = Object.entries(artifacts).map(([file, code]) => [
    file.replace('.graphql.ts', ''),
    /\.hash = "(\w+)"/.exec(code)?.[1],
  ]);

  const operations = taggedOperations(files.get('relay') ?? '');
  expect(Object.fromEntries(operations.map(({ name, hash }) => [name, hash]))).toEqual(
    Object.fromEntries(compiled),
  );
});

test('the page names the packages in the versions that the examples are tested with', async () => {
  const page = await readFile('docs/clients.md', 'utf8');
  const { dependencies, devDependencies } = JSON.parse(
    await readFile('package.json', 'utf8'),
  ) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
  const tested = { ...dependencies, ...devDependencies };
  const named = [...page.matchAll(/`(@?[\w/-]+)@(\d+)`/g)];

  expect(named.map(([, name, major]) => `${name}@${major}`)).toEqual(
    named.map(([, name = '']) => `${name}@${tested[name]?.split('.')[0]}`),
  );
  expect(new Set(named.map(([, name]) => name))).toEqual(new Set(imported()));
});

test('the gateway has no subscriptions, as the page says', () => {
  expect(schema.getSubscriptionType()).toBeUndefined();
});

test.for<[string, string, string, string]>([
  ['a batch', '[{"query":"{ __typename }"}]', 'application/json', 'BAD_REQUEST'],
  ['application/graphql', '{ __typename }', 'application/graphql', 'UNSUPPORTED_MEDIA_TYPE'],
])('the gateway refuses %s, as the page says', async ([, body, type, code]) => {
  const gateway = await startTestGateway();

  const answer = await send(gateway, { body, headers: { 'content-type': type } });

  expect(codesOf((await answer.json()) as Parameters<typeof codesOf>[0])).toEqual([code]);
});
