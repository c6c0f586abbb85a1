import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

// The linter checks the directions between folders ("rooms") and finds circular imports of files. It cannot find a
// cycle of folders in which no file occurs twice.

const src = fileURLToPath(new URL('../src', import.meta.url));
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
);

/** Returns the files that a file imports, relative to the root of the sources. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(src, file), 'utf8');
  return [...text.matchAll(/(?:from|import\() ?'(\.[^']+)'/g)].map(([, path = '']) =>
    normalize(join(dirname(file), path)),
  );
}

/** Returns the rooms that each room depends on. */
function dependencies(): Map<string, Set<string>> {
  const rooms = new Map(files.map((file) => [dirname(file), new Set<string>()]));
  for (const file of files) {
    for (const imported of importsOf(file)) {
      if (dirname(imported) !== dirname(file)) rooms.get(dirname(file))?.add(dirname(imported));
    }
  }
  return rooms;
}

test('no room depends on itself by way of others', () => {
  const left = dependencies();
  expect(left.size).toBeGreaterThan(30);
  expect([...(left.get('operations') ?? [])].toSorted()).toEqual(['access', 'domain', 'store']);

  // Removes rooms without remaining dependencies. Rooms that cannot be removed are in a cycle or depend on one.
  for (;;) {
    const free = [...left].filter(([, needed]) => [...needed].every((room) => !left.has(room)));
    if (free.length === 0) break;
    for (const [room] of free) left.delete(room);
  }

  expect([...left.keys()]).toEqual([]);
});

test('nothing lies loose beside the entry', () => {
  expect(files.filter((file) => dirname(file) === '.')).toEqual(['main.ts']);
});
