import { chromiumPath } from './chromium-path.ts';

const missing =
  'There is no Chromium here. Install it (on Debian: apt-get install chromium), or say where it is: CHROMIUM_PATH.';

/** Reports at the end of a run that browser tests were skipped. Throws at the start if a browser is required. */
export default function setup() {
  if (chromiumPath !== undefined) return undefined;
  if (process.env['REQUIRE_BROWSER'] === '1') throw new Error(missing);
  return () => process.stderr.write(`\nThe tests in a browser were skipped. ${missing}\n`);
}
