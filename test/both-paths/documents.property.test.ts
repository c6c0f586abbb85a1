import { assert, asyncProperty, gen, nat, type GeneratorValue } from 'fast-check';
import {
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLInputType,
  type GraphQLObjectType,
} from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../src/api/graphql/schema/schema.ts';
import { expectSame, ids, startBothPaths } from '../support/both-paths.ts';
import { amount } from '../support/soak.ts';

// Both paths give the same response to any valid query, with any variables.

/** Random choices, drawn by fast-check so that it can shrink a query whose responses differ. */
class Choices {
  readonly #draw: GeneratorValue;

  constructor(draw: GeneratorValue) {
    this.#draw = draw;
  }

  upTo(max: number): number {
    return this.#draw(nat, { max });
  }

  is(percent: number): boolean {
    return this.upTo(99) < percent;
  }

  oneOf<T>(items: readonly T[]): T {
    return items[this.upTo(items.length - 1)] as T;
  }
}

/** Writes a random query and collects the variables that it needs. */
class Writer {
  readonly #choices: Choices;
  readonly variables: { readonly name: string; readonly type: GraphQLInputType }[] = [];
  readonly fragments: string[] = [];
  #fields = 0;

  constructor(choices: Choices) {
    this.#choices = choices;
  }

  /** Selects random fields of a type, each under its own alias, so that they never conflict. */
  selection(type: GraphQLObjectType, depth: number): string {
    const fields = Object.values(type.getFields()).filter(
      (it) => depth > 0 || isLeafType(getNamedType(it.type)),
    );
    const chosen = Array.from({ length: 1 + this.#choices.upTo(2) }, () =>
      this.#choices.oneOf(fields),
    );
    const parts = chosen.map((field) => {
      this.#fields += 1;
      const of = getNamedType(field.type);
      const alias = this.#choices.is(70)
        ? `${this.#choices.oneOf(['a', 'x_y', 'then', 'toString'])}${this.#fields}: `
        : '';
      const given = field.args.flatMap((arg) =>
        isNonNullType(arg.type) || this.#choices.is(30)
          ? [`${arg.name}: ${this.#argument(arg.type)}`]
          : [],
      );
      const args = given.length > 0 ? `(${given.join(' ')})` : '';
      return `${alias || `f${this.#fields}: `}${field.name}${args}${this.#parts(of, depth - 1)}`;
    });
    if (this.#choices.is(20)) parts.push('__typename');
    const all = parts.join(' ');
    return this.#choices.is(25) ? this.#inFragment(type, all) : all;
  }

  #parts(of: ReturnType<typeof getNamedType>, depth: number): string {
    if (isObjectType(of)) return ` { ${this.selection(of, depth)} }`;
    if (!isAbstractType(of)) return '';
    const parts = schema
      .getPossibleTypes(of)
      .map((type) => `... on ${type.name} { ${this.selection(type, depth)} }`);
    return ` { __typename ${parts.join(' ')} }`;
  }

  #inFragment(type: GraphQLObjectType, selected: string): string {
    if (this.#choices.is(50)) return `... on ${type.name} { ${selected} }`;
    const name = `F${this.fragments.length}`;
    this.fragments.push(`fragment ${name} on ${type.name} { ${selected} }`);
    return `...${name}`;
  }

  /** Writes a variable, or an object of variables. */
  #argument(type: GraphQLInputType): string {
    const of = isNonNullType(type) ? type.ofType : type;
    if (isInputObjectType(of) && this.#choices.is(50)) {
      const fields = Object.values(of.getFields()).filter(
        (it) => isNonNullType(it.type) || this.#choices.is(50),
      );
      return `{ ${fields.map((it) => `${it.name}: ${this.#argument(it.type)}`).join(' ')} }`;
    }
    const name = `v${this.variables.length}`;
    this.variables.push({ name, type });
    return `$${name}`;
  }
}

const texts = ['', 'acme', '2024-01-01', 'tier', '$', '💥'];

const strangeValues = [5, 0.5, 'x', true, [], [[]], {}, { a: null }, [null], '\u0000'];

/** Makes a value for a variable, usually one of its type. */
function valueFor(choices: Choices, type: GraphQLInputType): unknown {
  const dice = choices.upTo(99);
  if (isNonNullType(type)) return dice < 3 ? null : valueFor(choices, type.ofType);
  if (dice < 6) return null;
  if (dice < 9) return choices.oneOf(strangeValues);
  if (isListType(type)) {
    if (dice < 30) return valueFor(choices, type.ofType);
    const length = choices.upTo(2);
    return Array.from({ length }, () => valueFor(choices, type.ofType));
  }
  if (isInputObjectType(type)) {
    const given = Object.values(type.getFields()).filter(
      (it) => isNonNullType(it.type) || choices.is(50),
    );
    return Object.fromEntries(given.map((it) => [it.name, valueFor(choices, it.type)]));
  }
  if (isEnumType(type)) return choices.oneOf(type.getValues()).name;
  switch (type.name) {
    case 'Int':
      return choices.oneOf(dice < 20 ? [0, 101, -1, 1.5, 2 ** 31] : [1, 2, 100]);
    case 'Boolean':
      return choices.is(50);
    case 'DateTime':
      return choices.oneOf(dice < 20 ? ['now'] : ['2024-01-01', '2023-12-31T23:59:59.9999+01:00']);
    case 'ID':
      return choices.oneOf(dice < 20 ? ['x', 5, ''] : Object.values(ids));
    default:
      return choices.oneOf(texts);
  }
}

/** Random queries, each with three sets of variables. */
const questions = gen().map((draw) => {
  const query = schema.getQueryType();
  if (!query) throw new Error('the schema has no queries');
  const choices = new Choices(draw);
  const writer = new Writer(choices);
  const selected = writer.selection(query, 3);
  const declared = writer.variables.map(({ name, type }) => `$${name}: ${String(type)}`).join(' ');
  const document = `query Q${declared && `(${declared})`} { ${selected} } ${writer.fragments.join(' ')}`;
  const variables = Array.from({ length: 3 }, () =>
    Object.fromEntries(
      writer.variables.flatMap(({ name, type }) =>
        choices.is(10) ? [] : [[name, valueFor(choices, type)]],
      ),
    ),
  );
  return { document, variables };
});

test('any query is answered the same by both paths', async () => {
  // High limits, so that few queries are rejected.
  const both = await startBothPaths({ MAX_ALIASES: '1000', MAX_COST: '1000000000' });
  const taken = { fast: 0, full: 0 };

  await assert(
    asyncProperty(questions, async ({ document, variables }) => {
      for (const given of variables) {
        const request = { body: { query: document, variables: given } };
        const { paths } = await expectSame(both, request, 3);
        taken[paths.at(-1) === 'fast' ? 'fast' : 'full'] += 1;
      }
    }),
    {
      // With fewer runs, too few queries might be compiled.
      numRuns: amount({ usual: 30, soak: 1000 }),
      interruptAfterTimeLimit: amount({ usual: 20_000, soak: 60_000 }),
      markInterruptAsFailure: false,
    },
  );

  expect(taken.fast).toBeGreaterThan(5);
});
