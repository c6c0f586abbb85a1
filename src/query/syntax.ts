import { lengthOf } from '../domain/text.ts';
import { allOf, type Comparison, type Condition, type Operator } from './condition.ts';

/** A query is invalid: `rule` says what it must be, and where. Never leaves the parser. */
export class QueryFault extends Error {
  override readonly name = 'QueryFault';
  readonly rule: string;

  constructor(rule: string) {
    super(rule);
    this.rule = rule;
  }
}

/** A part of a query, without its quotes, and the place where it begins. */
export interface Token {
  readonly text: string;
  readonly at: string;
}

/** A comparison as it is written. A `Meaning` interprets it. */
export interface WrittenComparison {
  readonly name: Token;
  readonly operator: Token & { readonly text: Operator };
  readonly value: Token;
}

/** Interprets a comparison, or throws `QueryFault`. */
type Meaning<Property extends string> = (written: WrittenComparison) => Comparison<Property>;

/** The maximum depth of nested groups, low enough for the stacks of this parser and of the database. */
const deepest = 20;

// Characters that a name or a value may have without quotes. The quoted forms are tried first.
const bareName = /(?:(?!&&|\|\||!=)[^{}=~<>])+/y;
const bareValue = /(?![=~<>])(?:(?!&&|\|\|)[^{}])+/y;
const operators = /!=|>=|<=|[=~<>]/y;
// A backslash escapes only `"` and `\`, so that most texts can be quoted unchanged. Quotes that do not enclose a whole
// name or value are part of it, as in: name = The "Best" Ltd
const quotedName = /"((?:[^"\\]|\\["\\]|\\(?!["\\]))*)"\s*(?=!=|[=~<>])/y;
const quotedValue = /"((?:[^"\\]|\\["\\]|\\(?!["\\]))*)"\s*(?=&&|\|\||[{}]|$)/y;

/**
 * Parses a query of this grammar. Spaces are allowed anywhere around its parts:
 *
 *     query      = [ any ]
 *     any        = all { "||" all }
 *     all        = item { "&&" item }
 *     item       = "{" any "}" | comparison
 *     comparison = name operator value
 *     operator   = "=" | "!=" | "~" | ">" | "<" | ">=" | "<="
 *     name       = quoted | characters without an operator, "&&", "||", "{" or "}"
 *     value      = quoted | characters without "&&", "||", "{" or "}" that do not begin with one of = ~ < >
 *     quoted     = '"' { character | '\"' | '\\' } '"'
 *
 * So a value may hold spaces, quotes and single `&`. In double quotes, it may hold anything.
 */
export class QueryReader<Property extends string> {
  readonly #text: string;
  readonly #meaning: Meaning<Property>;
  #index = 0;
  #depth = 0;

  constructor(text: string, meaning: Meaning<Property>) {
    this.#text = text;
    this.#meaning = meaning;
  }

  /** Returns the condition that the query states, or throws `QueryFault`. */
  query(): Condition<Property> {
    if (this.#text.trim() === '') return allOf<Property>([]);
    const condition = this.#any();
    if (this.#index < this.#text.length) {
      throw new QueryFault(
        `must have && or || at ${this.#here()} (put a value that contains { or } in double quotes)`,
      );
    }
    return condition;
  }

  #any(): Condition<Property> {
    return this.#series('or', '||', () => this.#all());
  }

  #all(): Condition<Property> {
    return this.#series('and', '&&', () => this.#item());
  }

  #series(
    kind: 'and' | 'or',
    separator: string,
    part: () => Condition<Property>,
  ): Condition<Property> {
    const first = part();
    const conditions = [first];
    while (this.#skip(separator)) conditions.push(part());
    return conditions.length === 1 ? first : { kind, conditions };
  }

  #item(): Condition<Property> {
    this.#skipSpaces();
    const opensAt = this.#here();
    if (!this.#skip('{')) return this.#comparison();
    this.#depth += 1;
    if (this.#depth > deepest) {
      throw new QueryFault(
        `must not nest more than ${deepest} groups: the group at ${opensAt} is nested too deeply`,
      );
    }
    const condition = this.#any();
    if (!this.#skip('}')) {
      throw new QueryFault(
        `must have &&, || or } at ${this.#here()}: the { at ${opensAt} is not closed`,
      );
    }
    this.#depth -= 1;
    return condition;
  }

  #comparison(): Comparison<Property> {
    const name = this.#quotable(quotedName, bareName);
    if (!name) throw new QueryFault(`must have a name at ${this.#here()}`);
    const at = this.#here();
    const operator = this.#take(operators);
    if (!operator) {
      throw new QueryFault(`must have one of =, !=, ~, >, <, >= and <= at ${at}`);
    }
    const value = this.#quotable(quotedValue, bareValue);
    if (!value) {
      throw new QueryFault(
        `must have a value at ${this.#here()} (in double quotes if it is empty, starts with one of = ~ < > or contains &&, ||, { or })`,
      );
    }
    return this.#meaning({ name, operator: { text: operator[0] as Operator, at }, value });
  }

  #quotable(quoted: RegExp, bare: RegExp): Token | undefined {
    this.#skipSpaces();
    const at = this.#here();
    const inQuotes = this.#take(quoted)?.[1];
    if (inQuotes !== undefined) return { text: inQuotes.replaceAll(/\\(["\\])/g, '$1'), at };
    const text = this.#take(bare)?.[0].trimEnd();
    return text ? { text, at } : undefined;
  }

  #skip(symbol: string): boolean {
    this.#skipSpaces();
    const isNext = this.#text.startsWith(symbol, this.#index);
    if (isNext) this.#index += symbol.length;
    return isNext;
  }

  #skipSpaces(): void {
    this.#take(/\s*/y);
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#index;
    const found = pattern.exec(this.#text);
    if (found) this.#index = pattern.lastIndex;
    return found;
  }

  #here(): string {
    const index = this.#index;
    if (index >= this.#text.length) return 'the end';
    return `character ${lengthOf(this.#text.slice(0, index)) + 1}`;
  }
}
