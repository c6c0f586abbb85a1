import { parseArgs } from 'node:util';
import { compare } from './compare.ts';
import { pin } from './cpus.ts';
import { full, quick } from './settings.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
  },
});

const settings = values.quick ? quick : full;
await compare(settings, pin());
