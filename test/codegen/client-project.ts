import { spawn, type SpawnOptions } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate, loadCodegenConfig } from '@graphql-codegen/cli';
import { codeBlocks } from '../support/code-blocks.ts';
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

/** A program of a gateway user, with the typed client that codegen generates as docs/queries.md says. */
export interface ClientProject {
  readonly folder: string;
  /** The folder that codegen writes to. */
  readonly generated: string;
  /** Type-checks and compiles the program. Returns the compiler's errors. */
  compile(): Promise<string>;
  /** Runs a compiled file of `src`, with more variables in its environment. Returns its output. */
  run(file: string, args: readonly string[], env?: Record<string, string>): Promise<string>;
}

/**
 * Writes a program to a new folder, without the generated client. `files` are those of `src`, by name. `config` is the
 * configuration of codegen, by default that of docs/queries.md.
 */
export async function writeClientProject(
  files: Record<string, string>,
  config = codeBlocks('docs/queries.md').find(({ language }) => language === 'ts')?.code ?? '',
): Promise<ClientProject> {
  const folder = await temporaryFolder();
  const contents = {
    'tsconfig.json': JSON.stringify({ compilerOptions }),
    'package.json': '{ "type": "module" }',
    'codegen.ts': config,
    ...Object.fromEntries(Object.entries(files).map(([name, content]) => [`src/${name}`, content])),
  };
  await mkdir(join(folder, 'src'));
  await Promise.all([
    ...['node_modules', 'schema.graphql'].map((it) => symlink(join(root, it), join(folder, it))),
    ...Object.entries(contents).map(([name, content]) => writeFile(join(folder, name), content)),
  ]);

  return {
    folder,
    generated: join(folder, 'src/generated'),
    compile: async () => {
      const { stdout } = await runProgram(join(root, 'node_modules/.bin/tsc'), ['-p', folder]);
      return stdout;
    },
    run: async (file, args, env) => {
      const compiled = join(folder, 'compiled/src', file);
      const { stdout, stderr } = await runProgram(process.execPath, [compiled, ...args], {
        cwd: folder,
        env: { ...process.env, ...env },
      });
      if (stderr !== '') throw new Error(stderr);
      return stdout;
    },
  };
}

/** Writes a program and generates its client. `presetConfig` extends the configuration of docs/queries.md. */
export async function createClientProject(
  files: Record<string, string>,
  presetConfig: Record<string, unknown> = {},
): Promise<ClientProject> {
  const project = await writeClientProject(files);
  await generateClient(project, presetConfig);
  return project;
}

/** Generates the client of a program. `presetConfig` extends its configuration. */
export async function generateClient(
  { folder }: ClientProject,
  presetConfig: Record<string, unknown> = {},
): Promise<void> {
  const { config } = await loadCodegenConfig({ configFilePath: join(folder, 'codegen.ts') });
  for (const output of Object.values(config.generates)) Object.assign(output, { presetConfig });
  await generate({ ...config, cwd: folder, silent: true });
}

async function runProgram(
  program: string,
  args: readonly string[],
  options: Pick<SpawnOptions, 'cwd' | 'env'> = {},
) {
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { stdout, stderr };
}
