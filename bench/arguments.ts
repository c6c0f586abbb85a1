import { parseArgs } from 'node:util';
import { full, quick, type Settings } from './settings.ts';

/** What a command line of the benchmark asks for. The comparison with other servers runs if neither part is named. */
interface Arguments {
  readonly scale: boolean;
  readonly mutations: boolean;
  readonly settings: Settings;
}

/** Parses the arguments of the benchmark. Throws if one is unknown or invalid. */
export function readArguments(args: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...args],
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
  return { scale: values.scale, mutations: values.mutations, settings: { ...usual, rounds } };
}
