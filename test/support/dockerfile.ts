import { readFileSync } from 'node:fs';

const root = new URL('../../', import.meta.url);

/** What the Dockerfile says about the image, and how to build it. */
export interface Image {
  readonly workdir: string;
  readonly user: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The port that it exposes. */
  readonly port: string;
  /** The folder that is a volume. */
  readonly volume: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly healthCheck: readonly string[];
  readonly stopSignal: string;
  /** The stages in order, with their names. The last one is the image. */
  readonly stages: readonly Stage[];
}

interface Stage {
  readonly name: string;
  readonly steps: readonly Step[];
}

interface Step {
  readonly instruction: string;
  readonly value: string;
}

/** Reads the Dockerfile of this repository. */
export function readDockerfile(): Image {
  const stages: { name: string; steps: Step[] }[] = [];
  for (const { instruction, value } of stepsOf(readFileSync(new URL('Dockerfile', root), 'utf8'))) {
    if (instruction === 'FROM')
      stages.push({ name: / AS (\w+)$/.exec(value)?.[1] ?? '', steps: [] });
    else stages.at(-1)?.steps.push({ instruction, value });
  }
  const steps = stages.at(-1)?.steps ?? [];
  const valueOf = (instruction: string) =>
    steps.find((step) => step.instruction === instruction)?.value ?? '';
  return {
    workdir: valueOf('WORKDIR'),
    user: valueOf('USER'),
    environment: Object.fromEntries(
      valueOf('ENV')
        .split(' ')
        .map((pair) => pair.split('=', 2)),
    ) as Record<string, string>,
    port: valueOf('EXPOSE'),
    volume: valueOf('VOLUME'),
    entrypoint: words(valueOf('ENTRYPOINT')),
    command: words(valueOf('CMD')),
    healthCheck: words(valueOf('HEALTHCHECK').replace(/^.*?CMD /, '')),
    stopSignal: valueOf('STOPSIGNAL'),
    stages,
  };
}

function words(text: string): string[] {
  return JSON.parse(text) as string[];
}

/** Returns the instructions of a Dockerfile, each on one line, without comments. */
function stepsOf(text: string): Step[] {
  return text
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/ *\\\n */g, ' ')
    .split('\n')
    .flatMap((line) => {
      const [, instruction, value] = /^([A-Z]+) (.+)$/.exec(line) ?? [];
      return instruction === undefined || value === undefined ? [] : [{ instruction, value }];
    });
}

/** Returns the files and folders that .dockerignore lets into a build. */
export function buildContext(): string[] {
  const lines = readFileSync(new URL('.dockerignore', root), 'utf8').split('\n');
  return lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
}

/** Where a build takes place. */
interface Place {
  /** The folder that it copies from. */
  readonly context: string;
  /** Returns the folder that stands for the file system of a stage. */
  readonly folderOf: (stage: string) => string;
  /** Puts the absolute paths of a text below a folder. */
  readonly place: (text: string, below: string) => string;
}

/** Returns a shell script with the steps of the stages, except those that install packages of the system. */
export function buildScript({ stages }: Image, where: Place): string {
  return stages
    .flatMap(({ name, steps }) => {
      const folder = where.folderOf(name);
      return steps.map(({ instruction, value }) =>
        instruction === 'COPY'
          ? copy(value, where)
          : where.place(commandOf(instruction, value), folder),
      );
    })
    .join('\n');
}

function commandOf(instruction: string, value: string): string {
  if (instruction === 'WORKDIR') return `mkdir -p ${value} && cd ${value}`;
  return instruction === 'RUN' && !value.startsWith('apt-get ') ? `(${value})` : '';
}

function copy(value: string, { context, folderOf, place }: Place): string {
  const [, from, paths = ''] = /^(?:--from=(\w+) )?(.+)$/.exec(value) ?? [];
  const names = paths.split(' ');
  const target = names.pop() ?? '';
  const sources = names.map((name) =>
    from === undefined ? `${context}/${name}` : place(name, folderOf(from)),
  );
  const folder = target.endsWith('/') ? `mkdir -p ${target} && ` : '';
  return `${folder}cp -r ${sources.join(' ')} ${target}`;
}
