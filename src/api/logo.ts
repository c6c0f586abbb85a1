import { initialOf } from '../domain/text.ts';

/** The prefix of the paths of logos. */
export const logoPaths = '/logos/';

/** Returns the URL of the logo for the name of an integration. */
export type LogoUrlOf = (name: string) => string;

/** The most code points of a logo's text: a letter and its marks. */
const maxLetters = 4;

/**
 * Returns the logo URLs of a gateway that browsers reach at `base`. A URL contains only the first letter of the name, as
 * hexadecimal code points. It stays valid when an integration is renamed or deleted, and serving it reads no store.
 */
export function logoUrls(base: string): LogoUrlOf {
  return (name) => {
    const points = Array.from(initialOf(name), (it) => it.codePointAt(0) ?? 0).slice(0, maxLetters);
    return `${base}${logoPaths}${points.map((it) => it.toString(16)).join('-')}.svg`;
  };
}

/** Returns the image at a path below `logoPaths`, as SVG; `undefined` if there is none. */
export function logoAt(path: string): string | undefined {
  const [, points] = /^([\da-f]{2,6}(?:-[\da-f]{2,6}){0,3})\.svg$/.exec(path) ?? [];
  if (points === undefined) return undefined;
  const numbers = points.split('-').map((it) => Number.parseInt(it, 16));
  if (numbers.some((it) => it > 0x10_ff_ff)) return undefined;
  const text = String.fromCodePoint(...numbers);
  return /^(?:•|[\p{L}\p{N}][\p{L}\p{N}\p{M}]*)$/u.test(text) ? logo(text) : undefined;
}

/** Draws a letter. Logos of platforms are trademarks that we have no licence for. */
function logo(letter: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" role="img"><rect width="64" height="64" rx="12" fill="#33415c"/><text x="32" y="43" text-anchor="middle" font-family="sans-serif" font-size="32" fill="#fff">${letter}</text></svg>`;
}
