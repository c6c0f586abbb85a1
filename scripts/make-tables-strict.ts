// drizzle-kit cannot write STRICT tables, so this script adds STRICT to every CREATE TABLE of a generated migration.
// Without it, SQLite would store text in an integer column.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const folder = 'src/store/sqlite/schema/migrations';

for (const name of readdirSync(folder)) {
  if (!name.endsWith('.sql')) continue;
  const file = `${folder}/${name}`;
  const generated = readFileSync(file, 'utf8');
  const strict = generated.replace(/^(CREATE TABLE [\s\S]*?\n\));$/gm, '$1 STRICT;');
  if (strict !== generated) writeFileSync(file, strict);
}
