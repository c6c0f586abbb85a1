import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';
import { sendJson } from '../support/http.ts';
import { createClientProject } from './client-project.ts';

const documents = `
  import { graphql } from './generated/gql.js';

  graphql(\`
    fragment Row on Connection { id status }
  \`);

  export const companyQuery = graphql(\`
    query Company($id: ID!) {
      company(id: $id) { name connections { ...Row } }
    }
  \`);
`;

const program = `
  import { companyQuery } from './documents.js';

  const [url = '', id = ''] = process.argv.slice(2);
  const meta: Record<string, unknown> | undefined = companyQuery.__meta__;
  const response = await fetch(\`\${url}/graphql\`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ documentId: meta?.['hash'], variables: { id } }),
  });
  console.log(await response.text());
`;

test.for([
  ['as it is by itself', {}, /^sha256:[0-9a-f]{64}$/],
  ['without the texts in the client', { mode: 'replaceDocumentWithHash' }, /^sha256:/],
  ['with SHA-1', { hashAlgorithm: 'sha1' }, /^[0-9a-f]{40}$/],
] as const)(
  'the persisted documents that codegen writes %s are taken, and its client gets answers',
  async ([, persistedDocuments, form]) => {
    const files = { 'documents.ts': documents, 'program.ts': program };
    const project = await createClientProject(files, { persistedDocuments });
    const file = join(project.generated, 'persisted-documents.json');
    const gateway = await startTestGateway({
      env: { PERSISTED_DOCUMENTS: file, PERSISTED_DOCUMENTS_ONLY: 'on' },
    });
    const { companyId, connectionId } = await gateway.withCompany({
      name: 'Acme',
      connections: [{}],
    });

    expect(await project.compile()).toBe('');
    const answer = JSON.parse(await project.run('program.js', [gateway.url, companyId])) as unknown;

    expect(answer).toEqual({
      data: { company: { name: 'Acme', connections: [{ id: connectionId, status: 'LINKED' }] } },
    });
    const ids = Object.keys(JSON.parse(await readFile(file, 'utf8')) as object);
    expect(ids).toEqual([expect.stringMatching(form)]);
    const [documentId] = ids;
    const asked = { documentId, variables: { id: companyId } };
    expect((await sendJson(gateway.url, asked)).json()).toEqual(answer);
  },
);
