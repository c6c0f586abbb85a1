import { readdirSync, readFileSync } from 'node:fs';

const root = new URL('../../', import.meta.url);

/** A fenced code block of a page. */
export interface CodeBlock {
  /** The page's path from the root of the repository. */
  readonly page: string;
  /** The language after the fence. Empty if the page names none. */
  readonly language: string;
  /** The line of the opening fence, from 1. */
  readonly line: number;
  /** The lines between the fences, without the fence's indentation. */
  readonly code: string;
}

/** The pages whose code blocks tests check. */
export const pagesWithBlocks: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(new URL('docs', root))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

/** Returns the text of a page. */
function readPage(page: string): string {
  return readFileSync(new URL(page, root), 'utf8');
}

/** Returns all fenced code blocks of a page's text. Throws if a fence is not closed. */
export function codeBlocks(page: string, text: string = readPage(page)): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { indent: string; fence: string; language: string; line: number } | undefined;
  let lines: string[] = [];
  for (const [index, row] of text.split('\n').entries()) {
    const [, indent = '', fence = '', info = ''] = /^( *)(`{3,}|~{3,})\s*(.*)$/.exec(row) ?? [];
    if (open === undefined) {
      if (fence !== '') open = { indent, fence, language: info.trim(), line: index + 1 };
    } else if (fence.startsWith(open.fence) && info === '') {
      const { language, line } = open;
      blocks.push({ page, language, line, code: lines.join('\n') });
      open = undefined;
      lines = [];
    } else {
      lines.push(row.startsWith(open.indent) ? row.slice(open.indent.length) : row.trimStart());
    }
  }
  if (open) throw new Error(`${page}:${open.line}: the code block is not closed`);
  return blocks;
}

/** Returns the inline code of a page, without the code blocks. */
export function inlineCode(page: string, text: string = readPage(page)): string[] {
  const prose = text.replaceAll(/^( *)(`{3,}|~{3,})[^]*?^\1\2 *$/gm, '');
  return [...prose.matchAll(/(?<!`)`([^`]+)`(?!`)/g)].map(([, code = '']) =>
    code.replaceAll(/\s+/g, ' '),
  );
}
