// tsc compiles the sources; the files that they read at run time are copied beside them.
import { cpSync } from 'node:fs';

for (const asset of [
  'catalogue/integrations.json',
  'link/link.css',
  'samples/companies.json',
  'sandbox/sandbox.css',
  'store/sqlite/migrations',
]) {
  cpSync(`src/${asset}`, `dist/${asset}`, { recursive: true });
}
