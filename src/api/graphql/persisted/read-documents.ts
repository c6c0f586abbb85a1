import { extname } from 'node:path';
import { Kind, parse } from 'graphql';
import type { DocumentCheck } from '../execution/document-check.ts';
import { refuse } from '../../../domain/result.ts';
import { parseDocumentFile } from './document-file.ts';
import { faultsOfDocuments } from './faults.ts';
import { readOperations } from './operations.ts';
import type { ReadDocuments } from './new-document.ts';
import { readTextFile } from './text-file.ts';

/** Reads documents from GraphQL files, folders of them, and JSON files of persisted documents. */
export async function readDocuments(
  paths: readonly string[],
  check: DocumentCheck,
): Promise<ReadDocuments> {
  const files = paths.filter((path) => extname(path) === '.json');
  const others = paths.filter((path) => extname(path) !== '.json');
  const read = [
    ...(others.length > 0 ? [await readOperations(others, check)] : []),
    ...files.map((file) => readPersisted(file, check)),
  ];
  return {
    documents: read.flatMap(({ documents }) => documents),
    faults: read.flatMap(({ faults }) => faults),
  };
}

/** Reads a file of persisted documents. Reports an error for each document that a gateway would reject. */
export function readPersisted(file: string, check: DocumentCheck): ReadDocuments {
  const content = readTextFile(file);
  const parsed = content.ok ? parseDocumentFile(content.value) : refuse([content.error]);
  const texts = parsed.ok ? parsed.value : new Map<string, string>();
  const faults = parsed.ok ? faultsOfDocuments(texts, check) : parsed.error;
  return {
    documents: [...texts].map(([id, text]) => ({ id, name: nameIn(text), text })),
    faults: faults.map((fault) => `${file}: ${fault}`),
  };
}

function nameIn(text: string): string {
  try {
    const { definitions } = parse(text);
    const operations = definitions.filter((it) => it.kind === Kind.OPERATION_DEFINITION);
    return operations.map(({ name }) => name?.value ?? '(without a name)').join(', ');
  } catch {
    return '(not GraphQL)';
  }
}
