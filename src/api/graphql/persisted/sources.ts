import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { Source } from 'graphql';
import { readTextFile } from './text-file.ts';

interface Sources {
  readonly sources: readonly Source[];
  readonly faults: string[];
}

const extensions = new Set(['.graphql', '.gql']);

/** Reads GraphQL files, and those in folders and their subfolders, except `node_modules`. */
export async function readSources(paths: readonly string[]): Promise<Sources> {
  const files = new Set<string>();
  const faults: string[] = [];
  for (const path of paths) {
    if ((await stat(path)).isDirectory()) {
      for (const file of await filesIn(path)) files.add(file);
    } else if (isGraphQL(path)) files.add(join(path));
    else faults.push(`${path} must be a folder, or a file that ends in .graphql, .gql or .json`);
  }
  const sources: Source[] = [];
  for (const file of files) {
    const content = readTextFile(file);
    if (content.ok) sources.push(new Source(content.value, file));
    else faults.push(`${file} ${content.error}`);
  }
  return { sources, faults };
}

async function filesIn(folder: string): Promise<string[]> {
  const found: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) {
      if (isGraphQL(path)) found.push(path);
    } else if (entry.name !== 'node_modules') found.push(...(await filesIn(path)));
  }
  return found;
}

function isGraphQL(path: string): boolean {
  return extensions.has(extname(path));
}
