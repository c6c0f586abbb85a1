import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { blocksFor } from '../support/block-checks.ts';

const src = new URL('../../src/', import.meta.url);
const [map = ''] = blocksFor(import.meta.url)({ page: 'docs/architecture.md', language: '' });
const rows = map.split('\n').slice(1);

/** The files and folders directly in `src`, in the order of the map, without a slash. */
const order = rows.flatMap((row) => /^ {2}([\w.]+)/.exec(row)?.[1] ?? []);

/** Returns the paths of everything in a folder of `src`, relative to it. */
function inside(folder: string): string[] {
  return readdirSync(new URL(folder, src), { recursive: true, encoding: 'utf8' });
}

test('the map shows every folder of src, and no other', () => {
  expect(map.startsWith('src/\n')).toBe(true);
  expect(order.toSorted()).toEqual(readdirSync(src).toSorted());
});

test('each folder and file that the map describes is in its folder', () => {
  let folder = '';
  const missing: string[] = [];
  for (const row of rows) {
    const [, named = folder, text = ''] = /^ {2}(?:([\w.]+)\/?)? +(.+)$/.exec(row) ?? [];
    folder = named;
    const paths = [...text.matchAll(/\b([\w-]+)(?:\/|\.ts\b)/g)].map(([path]) => path);
    if (paths.length === 0) continue;
    const present = new Set(inside(folder).map((path) => basename(path)));
    missing.push(...paths.filter((path) => !present.has(path.replace('/', ''))));
  }

  expect(missing).toEqual([]);
});

test('each folder depends only on those below it in the map', () => {
  const upward = order.flatMap((folder, index) => {
    if (folder.endsWith('.ts')) return [];
    const above = new Set(order.slice(0, index));
    const files = inside(folder).filter((file) => file.endsWith('.ts'));
    return files.flatMap((file) => {
      const text = readFileSync(new URL(`${folder}/${file}`, src), 'utf8');
      const imported = [...text.matchAll(/(?:from|import\() ?'(?:\.\.\/)+([\w-]+)\//g)];
      const wrong = imported.filter(([, room = '']) => above.has(room));
      return wrong.map(([, room]) => `${folder}/${file} imports ${room}`);
    });
  });

  expect(upward).toEqual([]);
});
