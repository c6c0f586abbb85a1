import { ConfigError, type Config } from '../../config/config.ts';
import { createDocumentCheck } from '../../api/graphql/execution/document-check.ts';
import { documentIdOf } from '../../api/graphql/execution/document-id.ts';
import { PersistedDocuments } from '../../api/graphql/execution/persisted-documents.ts';
import { parseDocumentFile } from '../../api/graphql/persisted/document-file.ts';
import { faultsOfDocuments } from '../../api/graphql/persisted/faults.ts';
import { readTextFile } from '../../api/graphql/persisted/text-file.ts';

type DocumentsConfig = Pick<Config, 'persistedDocuments' | 'limits' | 'access'>;

/** The most faults of a file that are reported: an API that has changed causes one in nearly every document. */
const maxFaults = 20;

/**
 * Opens the configured persisted documents and checks that the gateway can execute all of them. Throws `ConfigError`.
 */
export function openPersistedDocuments({
  persistedDocuments,
  limits,
  access,
}: DocumentsConfig): PersistedDocuments {
  if (persistedDocuments === undefined) return new PersistedDocuments();
  const { file, only } = persistedDocuments;
  const parsed = parseDocumentFile(read(file));
  if (!parsed.ok) throw refused(file, parsed.error);
  const texts = parsed.value;
  if (texts.size === 0 && only)
    throw refused(file, [
      'must contain at least one document, because PERSISTED_DOCUMENTS_ONLY is on',
    ]);
  const check = createDocumentCheck(limits.document, access.introspection);
  const faults = faultsOfDocuments(texts, check);
  if (faults.length > 0) throw refused(file, faults);
  const byHash = [...texts.values()].map((text) => [documentIdOf(text), text] as const);
  return new PersistedDocuments(new Map([...byHash, ...texts]), only);
}

function read(file: string): string {
  let content;
  try {
    content = readTextFile(file);
  } catch (error) {
    throw refused(file, [`cannot be read: ${(error as Error).message}`]);
  }
  if (!content.ok) throw refused(file, [content.error]);
  return content.value;
}

function refused(file: string, faults: readonly string[]): ConfigError {
  const told = faults.slice(0, maxFaults).map((fault) => `PERSISTED_DOCUMENTS ${file}: ${fault}`);
  const more = faults.length - told.length;
  return new ConfigError([...told, ...(more > 0 ? [`and ${more} more`] : [])].join('\n'));
}
