// Loaded into an import before it begins: writes down, when it ends, the most kilobytes of memory that it held.
import { writeFileSync } from 'node:fs';

process.on('exit', () => {
  const file = process.env['PEAK_FILE'];
  if (file !== undefined) writeFileSync(file, String(process.resourceUsage().maxRSS));
});
