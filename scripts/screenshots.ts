// Takes the screenshots of the README from the running product, in light and dark: `npm run screenshots`.
import { spawn } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { chromiumPath } from '../test/support/chromium-path.ts';

const folder = 'docs/images';
const size = { width: 1200, height: 720 };

/** Starts the built gateway with the sample companies. Resolves with its URL and a function that stops it. */
async function startGateway(home: string) {
  const child = spawn(process.execPath, [join(process.cwd(), 'dist/main.js')], {
    cwd: home,
    env: { PATH: process.env['PATH'], PORT: '0', SANDBOX_PORT: '0', LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const [, found] = /ready at (\S+)\/graphql/.exec(output) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new Error('the gateway did not start')));
  });
  return { url, stop: () => child.kill() };
}

async function take(browser: Browser, url: string, colorScheme: 'light' | 'dark') {
  const context = await browser.newContext({ viewport: size, colorScheme });
  const page = await context.newPage();
  await page.goto(`${url}/graphql`);
  await page.locator('.graphiql-query-editor').waitFor();
  await page.getByRole('button', { name: /execute query/i }).click();
  await page.locator('.graphiql-response').getByText('totalCount').waitFor();
  await page.screenshot({ path: join(folder, `graphiql-${colorScheme}.png`) });
  await context.close();
}

const home = mkdtempSync(join(tmpdir(), 'connexions-screenshots-'));
mkdirSync(folder, { recursive: true });
const gateway = await startGateway(home);
const browser = await chromium.launch({
  ...(chromiumPath !== undefined && { executablePath: chromiumPath }),
});
try {
  await take(browser, gateway.url, 'light');
  await take(browser, gateway.url, 'dark');
} finally {
  await browser.close();
  gateway.stop();
  rmSync(home, { recursive: true });
}
