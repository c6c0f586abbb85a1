import { writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { temporaryFolder } from './folder.ts';
import { startTestGateway, type TestGateway } from './gateway.ts';

/** Returns the prefixed id of a document, as the GraphQL over HTTP specification defines it. */
export function sha256Id(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** Writes a file of persisted documents. Returns its path. */
export async function documentFile(content: string | Record<string, string>): Promise<string> {
  const file = join(await temporaryFolder(), 'persisted-documents.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

/** Starts a gateway with persisted documents and more configuration. */
export async function startWithDocuments(
  content: string | Record<string, string>,
  env: Record<string, string> = {},
): Promise<TestGateway> {
  return startTestGateway({ env: { PERSISTED_DOCUMENTS: await documentFile(content), ...env } });
}
