import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { Kind, parse, print } from 'graphql';

// relay-compiler ships native programs of 118 MB, too much for every `npm ci`. Its output for docs/clients.md is in
// `generated`, with the hash of the text that it is for. `npm run relay-artifacts` writes it again.

export const artifactsFolder = new URL('generated/', import.meta.url);

/** Returns what relay-compiler made of the documents of docs/clients.md, by file name. */
export function relayArtifacts(): Record<string, string> {
  return Object.fromEntries(
    readdirSync(artifactsFolder).map((file) => [
      file,
      readFileSync(new URL(file, artifactsFolder), 'utf8'),
    ]),
  );
}

/** An operation in a tag `graphql` of Relay. */
interface TaggedOperation {
  readonly tag: string;
  readonly name: string;
  /** Hash that Relay's tools compare with that of the artifact. */
  readonly hash: string;
}

/** Returns the operations of a program that uses Relay. */
export function taggedOperations(program: string): TaggedOperation[] {
  return [...program.matchAll(/graphql ?`([^`]+)`/g)].map(([tag, text = '']) => {
    const [definition] = parse(text).definitions;
    if (definition?.kind !== Kind.OPERATION_DEFINITION || !definition.name) throw new Error(text);
    const hash = createHash('md5').update(print(definition)).digest('hex');
    return { tag, name: definition.name.value, hash };
  });
}

/** Replaces each tag `graphql` by an import of its artifact, as babel-plugin-relay does. */
export function withArtifacts(program: string): string {
  const operations = taggedOperations(program);
  const imports = operations.map(
    ({ name }) => `import ${name} from './__generated__/${name}.graphql.js';`,
  );
  const body = operations.reduce((text, { tag, name }) => text.replace(tag, name), program);
  return [...imports, body].join('\n');
}
