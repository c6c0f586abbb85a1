import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { blocksFor } from './support/block-checks.ts';
import { temporaryFolder } from './support/folder.ts';
import { freePort } from './support/ports.ts';

// Runs commands of the README and the docs as a reader types them. test/docs has the tests of commands for a whole machine
// (systemd, Docker).

const root = new URL('../', import.meta.url);
const take = blocksFor(import.meta.url);

/** Replaces npm and curl: they use the built product on a free port, and a failure ends the script. */
const prelude = `
set -euo pipefail
npm() {
  case "$1" in
    ci | test) ;;
    start)
      node "$MAIN" > gateway.log 2>&1 &
      echo $! > gateway.pid
      for _ in $(seq 200); do
        if command curl -fs --max-time 5 "http://127.0.0.1:$PORT/health/live" > /dev/null; then return 0; fi
        sleep 0.05
      done
      cat gateway.log
      return 1
      ;;
    run)
      shift
      local name=$1
      shift
      if [ "\${1-}" = -- ]; then shift; fi
      node "$MAIN" "$name" "$@"
      ;;
  esac
}
curl() { command curl -fsS --max-time 10 "$@"; echo; }
stop() { if [ -f gateway.pid ]; then kill "$(cat gateway.pid)"; wait "$(cat gateway.pid)" || true; rm gateway.pid; fi; }
trap stop EXIT
`;

interface Page {
  readonly page: string;
  /** The code blocks with the commands. */
  readonly blocks: readonly string[];
  /** Commands that the reader has run before. */
  readonly before?: string;
  /** The values that the reader puts in place of placeholders. */
  readonly values?: readonly (readonly [placeholder: string, value: string])[];
}

const pages: readonly Page[] = [
  { page: 'README.md', blocks: take({ page: 'README.md', language: 'sh' }) },
  {
    page: 'docs/access.md',
    blocks: take({ page: 'docs/access.md', language: 'sh' }),
    values: [['PREFIX', `"$(npm run keys -- list | awk 'NR == 1 { print $2 }')"`]],
  },
  { page: 'docs/import.md', blocks: take({ page: 'docs/import.md', language: 'sh' }) },
  {
    page: 'docs/persisted-documents.md',
    blocks: take({ page: 'docs/persisted-documents.md', language: 'sh' }),
    values: [
      [
        'sha256:…',
        `'"$(node -p "Object.keys(JSON.parse(fs.readFileSync('persisted-documents.json')))[0]")"'`,
      ],
    ],
  },
  {
    page: 'docs/encryption.md',
    blocks: take({ page: 'docs/encryption.md', language: 'sh' }),
    before: 'npm start; stop',
    values: [
      [
        'npm run rotate-keys',
        'stop; ENCRYPTION_KEYS="$(openssl rand -base64 32),$(cat data/connexions.db.key)" npm run rotate-keys',
      ],
    ],
  },
  {
    page: 'docs/operations.md',
    blocks: take({ page: 'docs/operations.md', language: 'sh', containing: 'npm run backup' }),
    before: 'npm start; stop',
    values: [['FILE', 'backup.db']],
  },
];

/** Makes a folder with the files that the docs refer to. */
async function readersFolder(): Promise<string> {
  const folder = await temporaryFolder();
  const samples = await readFile(new URL('src/app/samples/companies.json', root), 'utf8');
  const { results } = JSON.parse(samples) as { results: unknown[] };
  await writeFile(join(folder, 'companies.json'), samples);
  await writeFile(
    join(folder, 'companies.ndjson'),
    results.map((it) => JSON.stringify(it)).join('\n'),
  );
  await mkdir(join(folder, 'src'));
  await writeFile(
    join(folder, 'src/companies.graphql'),
    'query Companies($first: Int) { companies(first: $first) { totalCount } }',
  );
  return folder;
}

test.for(pages)(
  'the commands of $page run',
  { timeout: 60_000 },
  async ({ blocks, before = '', values = [] }) => {
    const commands = blocks.join('\n');
    expect(commands).not.toBe('');
    const [folder, port] = [await readersFolder(), await freePort()];
    let script = commands.replaceAll('127.0.0.1:4000', `127.0.0.1:${port}`);
    for (const [placeholder, value] of values) script = script.replaceAll(placeholder, value);

    const { stdout } = await promisify(execFile)(
      'bash',
      ['--norc', '-c', `${prelude}\n${before}\n${script}`],
      {
        cwd: folder,
        // Shorter than the test's own timeout, so that the script can stop its gateway.
        timeout: 50_000,
        env: {
          PATH: process.env['PATH'],
          MAIN: fileURLToPath(new URL('dist/main.js', root)),
          PORT: String(port),
          SANDBOX_PORT: '0',
        },
      },
    );

    expect(stdout).not.toContain('"errors"');
  },
);
