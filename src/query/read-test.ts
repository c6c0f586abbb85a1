import { parseId } from '../domain/id.ts';
import { parseInstant } from '../domain/instant.ts';
import type { Operator, Test } from './condition.ts';
import type { PropertyType } from './properties.ts';
import { QueryFault, type WrittenComparison } from './syntax.ts';

type Equality = '=' | '!=';

/** Parses a comparison with a value of this type, or throws `QueryFault`. `what` names the property in messages. */
export function readTest(what: string, type: PropertyType, written: WrittenComparison): Test {
  const value = written.value.text;
  const wrong = (must: string) =>
    new QueryFault(`must compare ${what} with ${must} at ${written.value.at}`);
  switch (type) {
    case 'text': {
      const operator = operatorOf(what, written, ['=', '!=', '~']);
      // Texts are stored without white space around them, so none could equal one with it.
      return { type, operator, value: value.trim() };
    }
    case 'id': {
      const operator = operatorOf<Equality>(what, written, ['=', '!=']);
      const id = parseId(value);
      if (id === undefined) throw wrong('a UUID');
      return { type, operator, value: id };
    }
    case 'instant': {
      const operator = operatorOf(what, written, ['=', '!=', '>', '<', '>=', '<=']);
      const instant = parseInstant(value);
      if (!instant.ok) throw wrong(instant.error);
      return { type, operator, value: instant.value };
    }
    case 'boolean': {
      const operator = operatorOf<Equality>(what, written, ['=', '!=']);
      const found = findRegardlessOfCase(['true', 'false'], value);
      if (found === undefined) throw wrong('true or false');
      return { type, operator, value: found === 'true' };
    }
    default: {
      const operator = operatorOf<Equality>(what, written, ['=', '!=']);
      const found = findRegardlessOfCase(type, value);
      if (found === undefined) throw wrong(`one of ${type.join(', ')}`);
      return { type: 'enum', operator, value: found };
    }
  }
}

function operatorOf<Permitted extends Operator>(
  what: string,
  { operator }: WrittenComparison,
  permitted: readonly Permitted[],
): Permitted {
  const found = permitted.find((it) => it === operator.text);
  if (found === undefined) {
    throw new QueryFault(
      `must compare ${what} with one of the operators ${permitted.join(' ')} at ${operator.at}, not ${operator.text}`,
    );
  }
  return found;
}

function findRegardlessOfCase(values: readonly string[], wanted: string): string | undefined {
  return values.find((value) => value.toLowerCase() === wanted.toLowerCase());
}
