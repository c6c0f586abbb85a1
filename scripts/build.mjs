// Makes one program of the sources and of what they import: to find and open some two thousand files, as Node would,
// takes longer than everything else at the start. The files that they read at run time go beside it.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { build } from 'esbuild';

const folder = resolve('dist');

const { outputFiles } = await build({
  // A thread runs a program of its own, found beside the one that starts it.
  entryPoints: { main: 'src/main.ts', 'list-thread': 'src/store/sqlite/threads/list-thread.ts' },
  outdir: folder,
  bundle: true,
  // What a command imports when it needs it stays a file of its own.
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // Has a binary, which it looks for from where it is.
  external: ['better-sqlite3'],
  // CommonJS packages call it, and an ES module has none.
  banner: {
    js: `import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);`,
  },
  sourcemap: 'linked',
  sourcesContent: false,
  write: false,
});

const wanted = new Map(outputFiles.map(({ path, contents }) => [relative(folder, path), contents]));
for (const asset of [
  'src/catalogue/integrations.json',
  'src/linking/pages/link.css',
  'src/app/samples/companies.json',
  'src/sandbox/sandbox.css',
]) {
  wanted.set(basename(asset), readFileSync(asset));
}
for (const file of filesIn('src/store/sqlite/schema/migrations')) {
  wanted.set(
    join('migrations', file),
    readFileSync(join('src/store/sqlite/schema/migrations', file)),
  );
}

// A gateway may run from here and load more later: what has not changed is not touched. Another build may run as well, as
// of two commands that are given at once: what it is about to rename is left to it.
const unfinished = `.${process.pid}.new`;
const main = 'main.js';
for (const file of [...wanted.keys()].filter((it) => it !== main).concat(main)) {
  const path = join(folder, file);
  const contents = wanted.get(file);
  if (contentsOf(path)?.equals(contents)) continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path + unfinished, contents);
  renameSync(path + unfinished, path);
}
for (const file of filesIn(folder)) {
  if (!wanted.has(file) && !file.endsWith('.new')) rmSync(join(folder, file), { force: true });
}

/** The paths of all files in a folder, from there. */
function filesIn(path) {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(path, join(parentPath, name)));
}

function contentsOf(path) {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
