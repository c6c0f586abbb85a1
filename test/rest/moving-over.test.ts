import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { makeApiKey } from '../support/callers.ts';
import { startTestGateway } from '../support/gateway.ts';

const root = new URL('../../', import.meta.url);

/** Runs the example with the command that its first line shows. Returns its output. */
async function runExample(url: string, key: string): Promise<string> {
  const [header = ''] = readFileSync(new URL('examples/moving-over.ts', root), 'utf8').split('\n');
  const [, program = '', file = ''] = /npx (\w+) (\S+) \[URL \[KEY\]\]$/.exec(header) ?? [];
  const bin = fileURLToPath(new URL(`node_modules/.bin/${program}`, root));
  const { stdout } = await promisify(execFile)(bin, [file, url, key], { cwd: root });
  return stdout;
}

test('who moves over leads a connection through its life with the SDK as it is', async () => {
  const gateway = await startTestGateway();
  const { secret } = await makeApiKey(gateway, 'write');

  const output = await runExample(gateway.url, secret);

  const lines = output.trimEnd().split('\n');
  expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
    ['companies.create', 'Bank of Dave & Sons UK'],
    ['connections.create', 'PendingAuth'],
    ['connections.updateAuthorization', 'Linked'],
    ['companies.list by page', 'page 1: Bank of Dave & Sons UK (1 in all)'],
    ['companies.list by query', 'page 1: Bank of Dave & Sons UK (1 in all)'],
    ['companies.list by tags, in order', 'page 1: Bank of Dave & Sons UK (1 in all)'],
    ['connections.list by query', 'page 1: Linked (1 in all)'],
    ['connections.unlink', 'Unlinked'],
    ['connections.unlink again', '409 The connection is Unlinked: it cannot be unlinked'],
    ['connections.updateAuthorization again', 'Linked'],
    ['connections.delete', 'done'],
    ['connections.get, deleted', '404 There is no such connection'],
    ['the same over GraphQL', '{"connection":null}'],
    ['companies.delete', 'done'],
    ['companies.get, deleted', '404 There is no such company'],
  ]);
});
