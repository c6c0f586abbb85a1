import SchemaBuilder, { type ObjectRef } from '@pothos/core';
import ComplexityPlugin, { ComplexityErrorKind } from '@pothos/plugin-complexity';
import type { Instant } from '../../../domain/instant.ts';
import type { GraphQLContext } from './context.ts';
import { tooMuch } from './faults.ts';
import './scope-plugin.ts';

/** Types that configure the schema builder. Fields are non-null by default. */
interface SchemaTypes {
  Context: GraphQLContext;
  DefaultFieldNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Instant; Output: Instant };
  };
}

type ExtendedTypes = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>;

/** Object type of the schema whose resolvers get a `T`. */
export type ObjectTypeOf<T> = ObjectRef<ExtendedTypes, T>;

/** Builder of the schema. The other files of this folder add the types and fields. */
export const builder = new SchemaBuilder<SchemaTypes>({
  plugins: [ComplexityPlugin, 'scope'],
  defaultFieldNullability: false,
  complexity: {
    limit: ({ limits: { depth, cost }, costIsKnown }) =>
      costIsKnown ? {} : { depth, complexity: cost },
    complexityError: (kind, { maxDepth, maxComplexity }) =>
      kind === ComplexityErrorKind.Depth
        ? tooMuch(`The operation is nested deeper than ${maxDepth} levels`)
        : tooMuch(
            `The response could have more than ${maxComplexity} fields: request smaller pages`,
          ),
  },
});

builder.queryType({
  description: 'Read operations. Deleted records are never returned.',
});
builder.mutationType({
  description:
    'Write operations. Each returns its payload, or an error that says why it was refused. A refused mutation changes nothing.',
});
