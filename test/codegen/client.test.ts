import { expect, test } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';
import { createClientProject } from './client-project.ts';

const execute = `
  import type { TypedDocumentString } from './generated/graphql.js';

  export async function execute<Result, Variables>(
    url: string,
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
  ): Promise<Result> {
    const response = await fetch(\`\${url}/graphql\`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: document, variables }),
    });
    const { data } = (await response.json()) as { data: Result };
    return data;
  }
`;

const documents = `
  import { graphql } from './generated/gql.js';

  export const companyQuery = graphql(\`
    query Company($id: ID!) {
      company(id: $id) {
        name
        created
        connections(filter: { sourceType: [ACCOUNTING] }) {
          id
          status
          lastSync
          integration { key name }
        }
      }
    }
  \`);

  export const unlinkMutation = graphql(\`
    mutation Unlink($input: UnlinkConnectionInput!) {
      unlinkConnection(input: $input) {
        __typename
        ... on UnlinkConnectionPayload { connection { status } }
        ... on InvalidStatusError { status allowedActions }
        ... on Error { message }
      }
    }
  \`);
`;

const consumer = `
  import { companyQuery, unlinkMutation } from './documents.js';
  import { execute } from './execute.js';
  import type { UnlinkMutation } from './generated/graphql.js';

  const [url = '', companyId = '', connectionId = ''] = process.argv.slice(2);

  function describe(result: UnlinkMutation['unlinkConnection']): string {
    switch (result.__typename) {
      case 'UnlinkConnectionPayload':
        return \`now \${result.connection.status}\`;
      case 'InvalidStatusError':
        return \`refused, since \${result.status}; allowed: \${result.allowedActions.join(', ')}\`;
      case 'NotFoundError':
      case 'InvalidInputError':
        return result.message;
    }
  }

  const { company } = await execute(url, companyQuery, { id: companyId });
  if (company === null) throw new Error('there is no such company');
  const name: string = company.name;
  const created: string = company.created;
  const connections = company.connections.map(
    ({ status, lastSync, integration }) => [status, lastSync, integration.key, integration.name],
  );

  const results: string[] = [];
  for (const id of [connectionId, connectionId, companyId, 'no UUID']) {
    const input = { companyId, connectionId: id };
    const { unlinkConnection } = await execute(url, unlinkMutation, { input });
    results.push(describe(unlinkConnection));
  }
  console.log(JSON.stringify({ name, created, connections, results }));
`;

const parts = { 'execute.ts': execute, 'documents.ts': documents };

test('a client that codegen makes of schema.graphql type-checks and gets what it asks for', async () => {
  const gateway = await startTestGateway();
  const { companyId, connectionId } = await gateway.withCompany({
    name: 'Société Générique',
    connections: [{ lastSync: null }, { sourceType: 'Commerce' }],
  });
  const project = await createClientProject({ ...parts, 'consumer.ts': consumer });

  expect(await project.compile()).toBe('');
  const output = await project.run('consumer.js', [gateway.url, companyId, connectionId]);

  expect(JSON.parse(output)).toEqual({
    name: 'Société Générique',
    created: '2024-01-01T00:00:00.000Z',
    connections: [['LINKED', null, 'gbol', 'Xero']],
    results: [
      'now UNLINKED',
      'refused, since UNLINKED; allowed: AUTHORIZE, DELETE',
      'There is no such connection',
      'connectionId must be a UUID',
    ],
  });
});

/** Programs with one wrong line each, and a part of the compiler's error for it. */
const wrong: Record<string, { line: string; complaint: string }> = {
  'reads-what-it-did-not-ask-for.ts': {
    line: 'company?.description;',
    complaint: "Property 'description' does not exist",
  },
  'forgets-that-there-may-be-none.ts': {
    line: 'company.name;',
    complaint: "'company' is possibly 'null'",
  },
  'compares-with-no-status.ts': {
    line: "company?.connections.filter(({ status }) => status === 'Linked');",
    complaint: 'have no overlap',
  },
  'takes-a-moment-for-a-date.ts': {
    line: 'company?.created.getTime();',
    complaint: "Property 'getTime' does not exist on type 'string'",
  },
  'gives-a-number-as-id.ts': {
    line: "await execute('', companyQuery, { id: 17 });",
    complaint: "Type 'number' is not assignable to type 'string'",
  },
  'leaves-out-an-input.ts': {
    line: "await execute('', unlinkMutation, { input: { companyId: '' } });",
    complaint: "Property 'connectionId' is missing",
  },
  'does-not-look-which-result-it-is.ts': {
    line: 'unlinkConnection.connection.status;',
    complaint: "Property 'connection' does not exist on type",
  },
};

test('what the schema does not promise does not type-check', async () => {
  const programs = Object.entries(wrong).map(([file, { line }]) => [
    file,
    `import { companyQuery, unlinkMutation } from './documents.js';
import { execute } from './execute.js';
export const { company } = await execute('', companyQuery, { id: '' });
const input = { companyId: '', connectionId: '' };
export const { unlinkConnection } = await execute('', unlinkMutation, { input });
${line}
`,
  ]);
  const project = await createClientProject({ ...parts, ...Object.fromEntries(programs) });

  const complaints = await project.compile();

  const errors = complaints.split('\n').filter((line) => line.includes(' error '));
  expect(errors).toHaveLength(Object.keys(wrong).length);
  for (const [file, { complaint }] of Object.entries(wrong)) {
    expect(complaints).toMatch(new RegExp(`/${file}\\(6,\\d+\\): error .*${complaint}`));
  }
});
