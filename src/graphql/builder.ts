import SchemaBuilder, { type ObjectRef } from '@pothos/core';
import ComplexityPlugin, { ComplexityErrorKind } from '@pothos/plugin-complexity';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import { permits, type Scope } from '../domain/api-key.ts';
import type { Instant } from '../domain/instant.ts';
import type { GraphQLContext } from './context.ts';
import { forbidden, tooMuch } from './faults.ts';

/** The types that the schema is built with. Fields are non-null unless they say otherwise. */
interface SchemaTypes {
  Context: GraphQLContext;
  AuthScopes: Record<Scope, boolean>;
  DefaultFieldNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Instant; Output: Instant };
  };
}

type ExtendedTypes = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>;

/** An object type of the schema, whose resolvers are given a `T`. */
export type ObjectTypeOf<T> = ObjectRef<ExtendedTypes, T>;

/** Builds the schema; each file beside this one adds one type and what goes with it. */
export const builder = new SchemaBuilder<SchemaTypes>({
  plugins: [ComplexityPlugin, ScopeAuthPlugin],
  defaultFieldNullability: false,
  complexity: {
    limit: ({ limits: { depth, cost }, costIsKnown }) =>
      costIsKnown ? {} : { depth, complexity: cost },
    complexityError: (kind, { maxDepth, maxComplexity }) =>
      kind === ComplexityErrorKind.Depth
        ? tooMuch(`The operation is nested deeper than ${maxDepth} levels`)
        : tooMuch(`The answer could have more than ${maxComplexity} fields: ask for smaller pages`),
  },
  scopeAuth: {
    authScopes: ({ caller }) => ({
      read: permits(caller.scope, 'read'),
      write: permits(caller.scope, 'write'),
      admin: permits(caller.scope, 'admin'),
    }),
    unauthorizedError: () => forbidden(),
  },
});

builder.queryType({
  authScopes: { read: true },
  description: 'Reads. What was deleted is absent from every answer.',
});
builder.mutationType({
  authScopes: { write: true },
  description:
    'Changes. Each answers with its payload or with the reason why it was refused; a refused change changes nothing.',
});
