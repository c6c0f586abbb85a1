import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { blocksFor } from '../support/block-checks.ts';
import { ManualClock } from '../support/clock.ts';
import { temporaryFolder } from '../support/folder.ts';
import {
  credentialVersion,
  linkPlatform,
  newCompany,
  onlyConnectionOf,
  openBrowser,
  startLinkingGateway,
} from '../support/linking.ts';
import { freePort } from '../support/ports.ts';

const take = blocksFor(import.meta.url);
const [file = '', ...otherFiles] = take({ page: 'docs/integrations.md', language: 'json' });
const [commands = '', ...otherCommands] = take({ page: 'docs/integrations.md', language: 'sh' });

test('the platform that docs/integrations.md describes is linked and renewed', async () => {
  const port = String(await freePort());
  const folder = await temporaryFolder();
  const path = join(folder, 'platforms.json');
  await writeFile(path, file.replaceAll('4001', port));
  const given = [...commands.matchAll(/^export (\w+)=(\S+)$/gm)].map(
    ([, name = '', value = '']) => [name, value.replace(/^platforms\.json$/, path)],
  );
  const clock = new ManualClock();
  const gateway = await startLinkingGateway(
    {
      ...(Object.fromEntries(given) as Record<string, string>),
      SANDBOX_PORT: port,
      SANDBOX_ACCESS_TOKEN_SECONDS: '3',
    },
    clock,
  );
  const { companyId, linkUrl } = await newCompany(gateway);

  await linkPlatform(openBrowser(), linkUrl, { key: 'example' });

  const { id, ...linked } = await onlyConnectionOf(gateway, companyId);
  expect(linked).toMatchObject({ status: 'LINKED', platformName: 'Example Books' });
  await expect
    .poll(
      async () => {
        await clock.advance(100);
        return credentialVersion(gateway, id);
      },
      { timeout: 20_000, interval: 20 },
    )
    .toBeGreaterThan(2);
  expect(await onlyConnectionOf(gateway, companyId)).toMatchObject({
    status: 'LINKED',
    health: { state: 'OK', failures: 0 },
  });
  expect(gateway.sandboxUrl).toBe(`http://127.0.0.1:${port}`);
  expect([otherFiles, otherCommands, given.length]).toEqual([[], [], 3]);
});
