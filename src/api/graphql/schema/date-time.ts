import { GraphQLError, Kind, type ValueNode } from 'graphql';
import { formatInstant, parseInstant, type Instant } from '../../../domain/instant.ts';
import { builder } from './builder.ts';
import { badUserInput } from './faults.ts';
import type { InstantRange } from '../../../store/lists.ts';

function read(value: unknown, node?: ValueNode): Instant {
  // A value that is not a text is as far from a time as an empty one.
  const instant = parseInstant(typeof value === 'string' ? value : '');
  if (instant.ok) return instant.value;
  const rule = `must be ${instant.error}`;
  throw new GraphQLError(`A DateTime ${rule}`, {
    nodes: node,
    extensions: { code: 'BAD_USER_INPUT', rule },
  });
}

builder.scalarType('DateTime', {
  description: [
    'Date and time as an ISO 8601 string. Returned in UTC with milliseconds: `2022-01-01T12:30:00.000Z`.',
    'Input can have fractional digits, of which three are kept, and an offset (`+01:00`, `+0100` or `+01`). Seconds can be absent. Without an offset, the time is UTC. A date alone means midnight UTC. A leap second is read as the second after it. Years must be 0001 to 9999.',
  ].join('\n\n'),
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize: formatInstant,
  parseValue: (value) => read(value),
  parseLiteral: (node) => read(node.kind === Kind.STRING ? node.value : undefined, node),
});

/** Input type of a time range. */
export const DateTimeRange = builder.inputType('DateTimeRange', {
  description: 'A time range. An end that is absent is open.',
  fields: (t) => ({
    from: t.field({ type: 'DateTime', description: 'Start of the range, inclusive.' }),
    to: t.field({
      type: 'DateTime',
      description: 'End of the range, exclusive. Must not be before `from`.',
    }),
  }),
});

/** Validates the time range in `argument`. Throws `BAD_USER_INPUT` if it ends before it starts. */
export function rangeArgument(
  argument: string,
  given: { from?: Instant | null; to?: Instant | null } | null | undefined,
): InstantRange | undefined {
  if (!given) return undefined;
  const range = { from: given.from ?? undefined, to: given.to ?? undefined };
  if (range.from !== undefined && range.to !== undefined && range.to < range.from) {
    throw badUserInput(`${argument}.to`, 'must not be before from');
  }
  return range;
}
