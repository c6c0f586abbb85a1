import { randomUUID } from 'node:crypto';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import type { DocumentCheck } from '../api/graphql/execution/document-check.ts';
import type { Terminal } from '../app/terminal.ts';
import { printDocumentFile, quoted } from '../api/graphql/persisted/document-file.ts';
import type { NewDocument } from '../api/graphql/persisted/new-document.ts';
import { readDocuments, readPersisted } from '../api/graphql/persisted/read-documents.ts';

/** The arguments of a persist command. */
interface PersistCommand {
  /** Files and folders of documents. */
  readonly paths: readonly string[];
  /** The output file. */
  readonly out: string;
  /** Whether to drop the documents that it already holds. */
  readonly replace: boolean;
}

/**
 * Adds documents to a file of persisted documents and reports on the terminal; returns the exit code. Keeps the file's
 * documents unless `replace` is set, since clients that are already deployed still request them.
 */
export async function runPersist(
  { paths, out, replace }: PersistCommand,
  check: DocumentCheck,
  terminal: Terminal,
): Promise<number> {
  const added = await readDocuments(paths, check);
  const before = existsSync(out) ? readPersisted(out, check) : nothing;
  const texts = new Map(before.documents.map(({ id, text }) => [id, text]));
  const faults = [...added.faults, ...(replace ? [] : before.faults)];
  const kept = replace ? new Map<string, string>() : new Map(texts);
  for (const { id, text } of added.documents) {
    const same = kept.get(id) ?? text;
    if (same !== text) faults.push(`${quoted(id)} is the id of two different documents`);
    kept.set(id, text);
  }
  if (faults.length > 0) {
    terminal.tell(`${faults.join('\n')}\nNothing was written.\n`);
    return 1;
  }
  await replaceFile(out, printDocumentFile(kept));
  const dropped = before.documents.filter(({ id }) => !kept.has(id));
  const rows = [
    ...added.documents.map((it) => row(texts.has(it.id) ? 'known' : 'new', it)),
    ...dropped.map((it) => row('dropped', it)),
  ];
  const fresh = added.documents.filter(({ id }) => !texts.has(id)).length;
  const known = added.documents.length - fresh;
  const gone = dropped.length > 0 ? `, ${dropped.length} dropped` : '';
  terminal.print(
    `${rows.join('')}${added.documents.length} documents: ${fresh} new, ${known} known${gone}; ${out} now contains ${kept.size}\n`,
  );
  return 0;
}

const nothing = { documents: [], faults: [] };

function row(what: string, { id, name }: NewDocument): string {
  return `${what.padEnd(7)} ${quoted(id).slice(1, -1)} ${name}\n`;
}

/**
 * Replaces a file atomically: a reader, such as a gateway that starts, finds the old or the new content. Keeps its mode,
 * and a symbolic link that leads to it.
 */
async function replaceFile(path: string, content: string): Promise<void> {
  const file = existsSync(path) ? realpathSync(path) : path;
  const mode = statSync(file, { throwIfNoEntry: false })?.mode;
  const partial = `${file}.${randomUUID()}.partial`;
  try {
    await writeFile(partial, content, { flush: true, mode });
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
}
