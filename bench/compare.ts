import { ask, type Target } from './ask.ts';
import { contestants, type Contestant } from './contestants.ts';
import type { Pinning } from './cpus.ts';
import { companyId } from './data.ts';
import { load } from './load.ts';
import { createApiKey, importRecords, newDatabaseFile } from './product.ts';
import { oneBody, pageBody } from './queries.ts';
import { recordLines } from './records.ts';
import { decimal, progress, publish, whole } from './report.ts';
import { connections, type Settings } from './settings.ts';
import { canonicalJson, median } from './statistics.ts';

/** The measurements of one server in one round. */
interface Round {
  readonly one: number;
  readonly page: number;
  readonly firstAnswerMs: number;
  readonly idleMegabytes: number | undefined;
  readonly loadedMegabytes: number | undefined;
  readonly generatorBusy: number;
}

/** Compares the gateway with other servers over the same database: one company by id, and a page of companies. */
export async function compare(
  settings: Settings,
  { serverPrefix, description }: Pinning,
): Promise<void> {
  const file = newDatabaseFile('compare');
  progress(`importing ${settings.companies} companies`);
  const lines = recordLines(0, settings.companies);
  await importRecords(file, { prefix: serverPrefix, lines, offline: false });
  const apiKey = await createApiKey(file);
  const measured = new Map<Contestant, Round[]>(contestants.map((it) => [it, []]));
  const checked = new AnswerCheck(settings.companies);
  for (let round = 0; round < settings.rounds; round += 1) {
    // Each round starts with a different server, in case the machine's speed changes over time.
    const order = [...contestants.slice(round), ...contestants.slice(0, round)];
    for (const contestant of order) {
      progress(`round ${round + 1} of ${settings.rounds}: ${contestant.name}`);
      const server = await contestant.start(file, serverPrefix);
      try {
        const target = { url: server.url, apiKey };
        await ask(target, pageBody());
        const firstAnswerMs = performance.now() - server.startedMs;
        const idleMegabytes = server.residentMegabytes();
        await checked.check(contestant, target);
        const loads = await measure(target, settings);
        await checked.check(contestant, target);
        const loadedMegabytes = server.residentMegabytes();
        measured.get(contestant)?.push({ ...loads, firstAnswerMs, idleMegabytes, loadedMegabytes });
      } finally {
        await server.stop();
      }
    }
  }
  publish(
    {
      name: 'compare',
      title: 'Speed beside other servers',
      how: [
        `- ${whole(settings.companies)} companies with 4 connections each; ${connections} clients; rounds: ${settings.rounds}, of ${settings.seconds} s after ${settings.warmUpSeconds} s to warm up; ${description}.\n- "one" is a company by its id with its connections, "page" 20 companies with theirs; figures are requests per second, and all are medians. "×" is how many times as many Connexions answers, with API keys, limits and log on; no other server has these.\n- "load" is how busy the load generator was: near 100 %, the server may have waited for it.`,
      ],
      tables: [rowsOf(measured)],
    },
    settings,
  );
}

async function measure(target: Target, settings: Settings) {
  const ids = Array.from({ length: Math.min(1024, settings.companies) }, (_, index) => index);
  const step = Math.floor(settings.companies / ids.length);
  const one = await warmLoad(
    target,
    ids.map((index) => oneBody(companyId(index * step))),
    settings,
  );
  const page = await warmLoad(target, [pageBody()], settings);
  return {
    one: one.perSecond,
    page: page.perSecond,
    generatorBusy: Math.max(one.generatorBusy, page.generatorBusy),
  };
}

async function warmLoad(target: Target, bodies: readonly string[], settings: Settings) {
  await load(target, { connections, bodies, until: { seconds: settings.warmUpSeconds } });
  return load(target, { connections, bodies, until: { seconds: settings.seconds } });
}

/** Checks that every server gives the same responses as the first one. */
class AnswerCheck {
  readonly #bodies: readonly string[];
  #expected: readonly string[] | undefined;

  constructor(companies: number) {
    const ids = Array.from({ length: 20 }, (_, index) =>
      companyId(Math.floor((index * companies) / 20)),
    );
    const unknown = companyId(companies);
    this.#bodies = [...[...ids, unknown].map(oneBody), pageBody()];
  }

  async check({ name }: Contestant, target: Target): Promise<void> {
    const answers: string[] = [];
    for (const body of this.#bodies) answers.push(canonicalJson(await ask(target, body)));
    this.#expected ??= answers;
    for (const [index, answer] of answers.entries()) {
      const expected = this.#expected[index];
      if (answer === expected) continue;
      throw new Error(`${name} answers\n${answer}\nwhere the first server gave\n${expected}`);
    }
  }
}

function rowsOf(measured: ReadonlyMap<Contestant, readonly Round[]>): string[][] {
  const head = ['server', 'one', '×', 'page', '×', 'first answer ms', 'idle MB', 'loaded MB'];
  const [ours = []] = measured.values();
  const times = (rounds: readonly Round[], what: 'one' | 'page') =>
    decimal(of(ours, what) / of(rounds, what));
  return [
    [...head, 'load'],
    ...[...measured].map(([{ name }, rounds]) => [
      name,
      whole(of(rounds, 'one')),
      times(rounds, 'one'),
      whole(of(rounds, 'page')),
      times(rounds, 'page'),
      whole(of(rounds, 'firstAnswerMs')),
      megabytes(rounds, 'idleMegabytes'),
      megabytes(rounds, 'loadedMegabytes'),
      `${whole(of(rounds, 'generatorBusy') * 100)} %`,
    ]),
  ];
}

function of(rounds: readonly Round[], what: 'one' | 'page' | 'firstAnswerMs' | 'generatorBusy') {
  return median(rounds.map((round) => round[what]));
}

function megabytes(rounds: readonly Round[], what: 'idleMegabytes' | 'loadedMegabytes'): string {
  const known = rounds.flatMap((round) => round[what] ?? []);
  return known.length === 0 ? '?' : whole(median(known));
}
