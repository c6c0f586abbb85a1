// Preloaded into an import process. On exit, writes the process's peak memory in kilobytes to a file.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

process.on('exit', () => {
  const file = process.env['PEAK_FILE'];
  if (file !== undefined) writeFileSync(file, String(peakKilobytes()));
});

/** Reads VmHWM on Linux: maxRSS there starts at the memory of the parent process. */
function peakKilobytes(): number {
  const status = '/proc/self/status';
  const peak = existsSync(status) ? /VmHWM:\s*(\d+) kB/.exec(readFileSync(status, 'utf8')) : null;
  return peak ? Number(peak[1]) : process.resourceUsage().maxRSS;
}
