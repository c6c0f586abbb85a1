import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readHtml } from '../support/html.ts';
import { pages } from '../support/link-pages.ts';

const file = readFileSync(new URL('../../src/linking/pages/link.css', import.meta.url), 'utf8');
const css = file.replaceAll(/\/\*[^]*?\*\//g, '');
const [light = '', dark = ''] = [...css.matchAll(/:root \{([^}]*)\}/g)].map(([, body]) => body);

test('is part of the build', () => {
  const built = new URL('../../dist/link.css', import.meta.url);
  expect(readFileSync(built, 'utf8')).toBe(file);
});

test('loads nothing', () => {
  expect(css).not.toMatch(/url\(|@import|@font-face/);
});

test('styles the classes that the pages use, and no others', () => {
  const used = Object.values(pages).flatMap((page) =>
    readHtml(String(page)).elements.flatMap(
      ({ attributes }) => attributes['class']?.split(' ') ?? [],
    ),
  );
  const styled = [...css.matchAll(/\.([a-z][\w-]*)/gi)].map(([, name]) => name);
  expect(new Set(styled)).toEqual(new Set(used));
});

test.for([
  { scheme: 'light', colours: coloursIn(light) },
  { scheme: 'dark', colours: { ...coloursIn(light), ...coloursIn(dark) } },
])('has a contrast of 4.5:1 between text and its ground: $scheme', ({ colours }) => {
  const grounds = ['ground', 'surface', 'surface-hover'];
  const onGrounds = ['text', 'muted', 'accent'].flatMap((text) =>
    grounds.map((ground) => [text, ground] as const),
  );
  const onTheirOwn = Object.keys(colours)
    .filter((name) => name.startsWith('on-'))
    .map((name) => [name, name.slice('on-'.length)] as const);
  const outcomes = [
    ['on-good', 'surface'],
    ['on-bad', 'surface'],
    ['on-accent', 'accent-hover'],
  ] as const;
  const tooWeak = (pairs: (readonly [string, string])[], least: number) =>
    pairs.filter(([one, other]) => contrast(colours[one] ?? '', colours[other] ?? '') < least);
  expect(tooWeak([...onGrounds, ...onTheirOwn, ...outcomes], 4.5)).toEqual([]);
  // WCAG 2.2, 1.4.11: the border of a control needs less contrast.
  const edges = grounds.map((ground) => ['control-line', ground] as const);
  expect(tooWeak(edges, 3)).toEqual([]);
});

function coloursIn(block: string): Record<string, string> {
  const declared = block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g);
  return Object.fromEntries([...declared].map(([, name, colour]) => [name, colour]));
}

/** Returns the contrast ratio as WCAG 2.2 defines it. */
function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const part = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
