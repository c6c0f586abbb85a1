import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readArguments } from '../../bench/arguments.ts';
import { runCommandLine } from '../../src/cli/command-line.ts';
import { inlineCode, pagesWithBlocks } from '../support/code-blocks.ts';
import { shared } from '../support/lifetime.ts';

// Each command that the text of the README, CONTRIBUTING.md and the docs names exists, with its options. The command
// line's own help is the authority.

const root = new URL('../../', import.meta.url);
const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
  scripts: Record<string, string>;
};

/** What the help of a command of the product lists. */
interface Help {
  readonly commands: ReadonlyMap<string, Help>;
  readonly options: ReadonlySet<string>;
}

function loadConfig(): never {
  throw new Error('help needs no configuration');
}

/** Reads the help of a command and of the commands below it. */
async function readHelp(path: readonly string[] = []): Promise<Help> {
  let text = '';
  const print = (more: string) => void (text += more);
  const terminal = { input: process.stdin, isWatched: false, print, tell: print };
  expect(await runCommandLine([...path, '--help'], { terminal, loadConfig })).toBe(0);
  const listed = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = '']) => name);
  const [, commands = ''] = text.split('\nCommands:\n');
  const names = [...commands.matchAll(/^ {2}([a-z][\w-]*)/gm)].map(([, name = '']) => name);
  const below = new Map<string, Help>();
  for (const name of names.filter((it) => it !== 'help')) {
    below.set(name, await readHelp([...path, name]));
  }
  return { commands: below, options: new Set(listed(/^ {2}(?:-\w, )?(--[\w-]+)/gm)) };
}

const product = shared(readHelp);

/** Returns what is wrong with the arguments of the product. */
function faultsOf(args: readonly string[], help: Help = product()): string[] {
  const [first = '', ...others] = args;
  const below = help.commands.get(first);
  if (below) return faultsOf(others, below);
  if (help.commands.size > 0 && /^[a-z]/.test(first)) return [`there is no command ${first}`];
  const options = args.flatMap((it) => /^--[\w-]+/.exec(it)?.[0] ?? []);
  return options.filter((it) => !help.options.has(it)).map((it) => `there is no option ${it}`);
}

/** Returns what is wrong with a command of npm. */
function faultsOfNpm(args: readonly string[]): string[] {
  const [command = '', ...others] = args;
  const ofNpm = ['ci', 'audit --omit=dev'];
  if (ofNpm.includes(args.join(' '))) return [];
  const [script = '', ...given] = command === 'run' ? others : args;
  const body = scripts[script];
  if (body === undefined) return script === '…' ? [] : [`there is no script ${script}`];
  const extra = given[0] === '--' ? given.slice(1) : given;
  const [, ours] = /^node dist\/main\.js ?(.*)$/.exec(body) ?? [];
  if (ours !== undefined) return faultsOf([...ours.split(' '), ...extra]);
  return script === 'bench' ? faultsOfBench(extra) : [];
}

function faultsOfBench(args: readonly string[]): string[] {
  try {
    readArguments(args);
    return [];
  } catch (error) {
    return [String(error)];
  }
}

/** The options of other programs, with the programs. */
const optionsOfOthers = new Map([['--max-semi-space-size=32', 'node']]);

/** Returns what is wrong with a piece of inline code. `undefined` if it is no command of ours. */
function check(code: string): string[] | undefined {
  const [program = '', ...args] = code.split(' ');
  if (program === 'npm') return faultsOfNpm(args);
  if (program === 'connexions') return faultsOf(args);
  if (code.startsWith('node dist/main.js')) return faultsOf(args.slice(1));
  if (program === 'npx') {
    const bin = new URL(`node_modules/.bin/${args[0]}`, root);
    return existsSync(bin) ? [] : [`${args[0]} is not installed`];
  }
  if (product().commands.has(program)) return faultsOf([program, ...args]);
  if (program.startsWith('--') && program.length > 2) return checkOption(program, args);
  return undefined;
}

function checkOption(option: string, args: readonly string[]): string[] {
  if (optionsOfOthers.has(option)) return [];
  const all = [...everyHelp(product())];
  if (all.some(({ options }) => options.has(option))) return [];
  return faultsOfBench([option, ...args]);
}

function* everyHelp(help: Help): Generator<Help> {
  yield help;
  for (const below of help.commands.values()) yield* everyHelp(below);
}

test.for(pagesWithBlocks)('the commands and options that the text of %s names exist', (page) => {
  const faults = inlineCode(page).flatMap((code) =>
    (check(code) ?? []).map((fault) => `\`${code}\`: ${fault}`),
  );

  expect(faults).toEqual([]);
});

test('the text names many commands', () => {
  const commands = pagesWithBlocks.flatMap((page) => inlineCode(page)).filter((it) => check(it));

  expect(commands.length).toBeGreaterThan(50);
  for (const program of ['npm', 'npx', 'connexions', 'node', 'keys', '--offline']) {
    expect(commands.map((it) => it.split(' ')[0])).toContain(program);
  }
});

test.for([
  ['npm run keyz -- list', 'there is no script keyz'],
  ['npm run keys -- show', 'there is no command show'],
  ['npm run import -- --fast FILE', 'there is no option --fast'],
  ['npm run bench -- --slow', "Unknown option '--slow'"],
  ['connexions backups FILE', 'there is no command backups'],
  ['node dist/main.js check --deep', 'there is no option --deep'],
  ['keys create --role admin', 'there is no option --role'],
  ['npx no-such-program', 'no-such-program is not installed'],
  ['--no-such-option', "Unknown option '--no-such-option'"],
])('a wrong command is found: %s', ([code = '', fault = '']) => {
  expect(check(code)?.join()).toContain(fault);
});

test.for([
  { page: 'docs/import.md', command: 'import' },
  { page: 'docs/persisted-documents.md', command: 'persist' },
])('$page explains the options of $command, and no other', ({ page, command }) => {
  const named = inlineCode(page).flatMap((code) => /^--[\w-]+/.exec(code)?.[0] ?? []);

  expect(new Set([...named, '--help'])).toEqual(product().commands.get(command)?.options);
});
