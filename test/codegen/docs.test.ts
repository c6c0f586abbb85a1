import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { blocksFor } from '../support/block-checks.ts';
import { writeClientProject } from './client-project.ts';

const take = blocksFor(import.meta.url);
const configurations = take({ page: 'docs/queries.md', language: 'ts' });
const commands = take({ page: 'docs/queries.md', language: 'sh' });

const program = `
  import { graphql } from './generated/gql.js';

  export const countQuery = graphql(\`query Count { companies { totalCount } }\`);
`;

test(
  'docs/queries.md configures codegen, and its command generates a client',
  { timeout: 60_000 },
  async () => {
    const project = await writeClientProject({ 'program.ts': program });

    // As npx does for a program that is installed, in a third of the time.
    const npx = 'npx() { "node_modules/.bin/$@"; }';
    await promisify(execFile)('sh', ['-ec', [npx, ...commands].join('\n')], {
      cwd: project.folder,
    });

    expect([configurations.length, commands.length]).toEqual([1, 1]);
    expect(await readFile(join(project.folder, 'codegen.ts'), 'utf8')).toBe(configurations[0]);
    expect(await readFile(join(project.generated, 'graphql.ts'), 'utf8')).toContain('CountQuery');
    expect(await project.compile()).toBe('');
  },
);
