import { expect } from 'vitest';

/** Matches a link URL: the address of the page and a code that is new each time. */
export function linkUrlLike(page: string): string {
  const escaped = page.replaceAll(/[.?/]/g, String.raw`\$&`);
  return expect.stringMatching(new RegExp(String.raw`^${escaped}\?code=[\w-]{72}$`)) as string;
}
