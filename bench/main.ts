import { readArguments } from './arguments.ts';
import { compare } from './compare.ts';
import { pin } from './cpus.ts';
import { measureMutations } from './mutations.ts';
import { measureGrowth } from './scale.ts';

const { scale, mutations, settings } = readArguments(process.argv.slice(2));
// Call once: a process that is bound to one CPU no longer sees the others.
const pinning = pin();
if (scale) await measureGrowth(settings, pinning);
if (mutations) await measureMutations(settings, pinning);
if (!scale && !mutations) await compare(settings, pinning);
