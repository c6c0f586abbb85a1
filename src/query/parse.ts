import { invalidInput, type InvalidInput } from '../domain/refusal.ts';
import { ok, refuse, type Result } from '../domain/result.ts';
import { lengthOf } from '../domain/text.ts';
import { faultOfControls } from '../domain/text-input.ts';
import type { Comparison, Condition, TagProperty } from './condition.ts';
import type { Properties } from './properties.ts';
import { QueryFault, QueryReader, type WrittenComparison } from './syntax.ts';
import { readTest } from './read-test.ts';

/** Every query must be shorter than this, in characters. */
const lengthLimit = 2048;

/** The maximum number of comparisons in one query that may make the store read every record. */
const maxComparisons = 20;

/** The number of comparisons that one counts as if the store may have to look through the connections of every company. */
const connectionsCount = 4;

/**
 * Parses a query. A blank query selects everything. Property names may be in any case. The refusal's field is `query`,
 * and its rule says where the query is wrong.
 */
export function parseQuery<Property extends string>(
  text: string,
  properties: Properties<Property>,
): Result<Condition<Property>, InvalidInput> {
  const names = Object.keys(properties) as Property[];
  const byFolded = new Map(names.map((name) => [name.toLowerCase(), name]));
  return read('query', text, (written) => {
    const { name } = written;
    const property = byFolded.get(name.text.toLowerCase());
    if (property === undefined) {
      throw new QueryFault(
        `must use one of the properties ${names.join(', ')} at ${name.at}, not ${JSON.stringify(shortened(name.text))}`,
      );
    }
    return comparison(property, readTest(property, properties[property], written));
  });
}

/**
 * Parses a query of tags: the key of a tag takes the place of the property in `parseQuery`. Keys are case-sensitive,
 * and trimmed as stored ones are. The refusal's field is `tags`.
 */
export function parseTags(text: string): Result<Condition<TagProperty>, InvalidInput> {
  return read('tags', text, (written) =>
    comparison(`tags.${written.name.text.trim()}`, readTest('a tag', 'text', written)),
  );
}

function comparison<Property extends string>(
  property: Property,
  test: Comparison<Property>['test'],
): Comparison<Property> {
  return { kind: 'comparison', property, test };
}

function read<Property extends string>(
  field: string,
  text: string,
  meaning: (written: WrittenComparison) => Comparison<Property>,
): Result<Condition<Property>, InvalidInput> {
  let counted = 0;
  const countedMeaning = (written: WrittenComparison) => {
    const found = meaning(written);
    counted += countOf(found);
    if (counted > maxComparisons) {
      throw new QueryFault(
        `must have at most ${maxComparisons} comparisons, exceeded at ${written.name.at}. A comparison of dataConnections with an operator other than = counts as ${connectionsCount}; id = and name = do not count`,
      );
    }
    return found;
  };
  try {
    checkCharacters(text);
    return ok(new QueryReader(text, countedMeaning).query());
  } catch (error) {
    if (error instanceof QueryFault) return refuse(invalidInput(field, error.rule));
    throw error;
  }
}

/** Returns how many comparisons one counts as: 0 if every store finds the few records that satisfy it by an index. */
export function countOf({ property, test }: Comparison<string>): number {
  const isEqual = test.operator === '=';
  if (isEqual && ['id', 'name', 'dataConnections.id'].includes(property)) return 0;
  return property.startsWith('dataConnections.') && !isEqual ? connectionsCount : 1;
}

/**
 * Rejects characters that a database would cut or change. Controls of direction are no fault: a query finds texts that
 * were stored before they were refused.
 */
function checkCharacters(text: string): void {
  if (lengthOf(text) >= lengthLimit) throw new QueryFault('must be under 2,048 characters');
  const fault = faultOfControls(text);
  if (fault !== undefined) throw new QueryFault(fault);
}

/** Cuts a text to 40 characters, to quote it in an error message. */
function shortened(text: string): string {
  const characters = Array.from(text);
  return characters.length > 40 ? `${characters.slice(0, 40).join('')}…` : text;
}
