// Compiles the Relay documents of docs/clients.md for the tests. Downloads Relay's compiler, which is too large to be a
// dependency. A test fails if the documents changed since.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { artifactsFolder } from '../test/clients/relay-artifacts.ts';
import { codeBlocks } from '../test/support/code-blocks.ts';

const folder = mkdtempSync(join(tmpdir(), 'relay-'));
const program = codeBlocks('docs/clients.md').find(({ code }) => code.startsWith('// relay.ts'));
const config = {
  src: './src',
  schema: './schema.graphql',
  language: 'typescript',
  eagerEsModules: true,
  useImportTypeSyntax: true,
};
mkdirSync(join(folder, 'src'));
writeFileSync(join(folder, 'src/relay.ts'), program?.code ?? '');
writeFileSync(join(folder, 'relay.config.json'), JSON.stringify(config));
cpSync('schema.graphql', join(folder, 'schema.graphql'));
execFileSync('npx', ['--yes', 'relay-compiler@21.0.1', 'relay.config.json'], {
  cwd: folder,
  stdio: 'inherit',
});
rmSync(artifactsFolder, { recursive: true, force: true });
cpSync(join(folder, 'src/__generated__'), fileURLToPath(artifactsFolder), { recursive: true });
rmSync(folder, { recursive: true });
