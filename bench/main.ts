import { parseArgs } from 'node:util';
import { compare } from './compare.ts';
import { pin } from './cpus.ts';
import { measureMutations } from './mutations.ts';
import { measureGrowth } from './scale.ts';
import { full, quick } from './settings.ts';

const { values } = parseArgs({
  options: {
    scale: { type: 'boolean', default: false },
    mutations: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
  },
});

const usual = values.quick ? quick : full;
const rounds = values.rounds === undefined ? usual.rounds : Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds must be 1 or more');
const settings = { ...usual, rounds };
// Call once: a process that is bound to one CPU no longer sees the others.
const pinning = pin();
if (values.scale) await measureGrowth(settings, pinning);
if (values.mutations) await measureMutations(settings, pinning);
if (!values.scale && !values.mutations) await compare(settings, pinning);
