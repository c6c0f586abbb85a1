import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from '@graphql-codegen/cli';
import { preset } from '@graphql-codegen/client-preset';
import { temporaryFolder } from '../support/folder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The options of a typical strict project. The gateway's own lints are stricter than generated code satisfies. */
const compilerOptions = {
  target: 'es2023',
  module: 'nodenext',
  types: ['node'],
  strict: true,
  noUncheckedIndexedAccess: true,
  noImplicitReturns: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
  skipLibCheck: true,
  rootDir: '.',
  outDir: 'compiled',
};

/** A program of a gateway user, with the typed client that codegen generates from `schema.graphql`. */
export interface ClientProject {
  /** The folder that codegen writes to. */
  readonly generated: string;
  /** Type-checks and compiles the program. Returns the compiler's errors. */
  compile(): Promise<string>;
  /** Runs a compiled file. Returns its output. */
  run(file: string, args: readonly string[]): Promise<string>;
}

/** Sets up a program in a new folder. */
export async function createClientProject(
  files: Record<string, string>,
  presetConfig: Record<string, unknown> = {},
): Promise<ClientProject> {
  const folder = await temporaryFolder();
  const write = (name: string, content: string) => writeFile(join(folder, name), content);
  await write('tsconfig.json', JSON.stringify({ compilerOptions }));
  await write('package.json', '{ "type": "module" }');
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await Promise.all(Object.entries(files).map(([name, content]) => write(name, content)));

  await generate({
    cwd: folder,
    silent: true,
    schema: join(root, 'schema.graphql'),
    documents: ['*.ts'],
    importExtension: '.js',
    generates: {
      './generated/': {
        preset,
        presetConfig,
        config: {
          documentMode: 'string',
          scalars: { ID: 'string', DateTime: 'string' },
          useTypeImports: true,
        },
      },
    },
  });

  return {
    generated: join(folder, 'generated'),
    compile: async () => {
      const { stdout } = await runProgram(join(root, 'node_modules/.bin/tsc'), ['-p', folder]);
      return stdout;
    },
    run: async (file, args) => {
      const compiled = join(folder, 'compiled', file);
      const { stdout, stderr } = await runProgram(process.execPath, [compiled, ...args]);
      if (stderr !== '') throw new Error(stderr);
      return stdout;
    },
  };
}

async function runProgram(program: string, args: readonly string[]) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { stdout, stderr };
}
