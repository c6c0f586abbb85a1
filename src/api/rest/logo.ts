import { initialOf } from '../../domain/text.ts';

/**
 * Returns an image for an integration as a data URL, which needs no server: the first letter of its name. Logos of
 * platforms are trademarks that we have no licence for.
 */
export function logoUrl(name: string): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" role="img"><rect width="64" height="64" rx="12" fill="#33415c"/><text x="32" y="43" text-anchor="middle" font-family="sans-serif" font-size="32" fill="#fff">${initialOf(name)}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
