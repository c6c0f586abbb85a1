import SchemaBuilder, {
  BasePlugin,
  type FieldNullability,
  type InputFieldMap,
  type PothosOutputFieldConfig,
  type SchemaTypes,
  type TypeParam,
} from '@pothos/core';
import type { GraphQLFieldResolver } from 'graphql';
import { permits, type Scope } from '../../../domain/api-key.ts';
import type { Caller } from '../../../access/authenticate.ts';
import { forbidden } from './faults.ts';

declare global {
  // oxlint-disable-next-line typescript/no-namespace -- Pothos plugins declare their options in this namespace
  export namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      scope: ScopePlugin<Types>;
    }
    interface FieldOptions<
      Types extends SchemaTypes = SchemaTypes,
      ParentShape = unknown,
      Type extends TypeParam<Types> = TypeParam<Types>,
      Nullable extends FieldNullability<Type> = FieldNullability<Type>,
      Args extends InputFieldMap = InputFieldMap,
      ResolveShape = unknown,
      ResolveReturnShape = unknown,
    > {
      /** Scope that the field requires. Default: `read` for queries, `write` for mutations. */
      scope?: Scope;
    }
  }
}

/** Default scopes of the fields of queries and mutations. */
const scopesByKind: Readonly<Record<string, Scope | undefined>> = {
  Query: 'read',
  Mutation: 'write',
};

/**
 * Rejects fields of queries and mutations that the scope of the caller does not permit. Pothos' own plugin is not used:
 * it caches its results per request in a map that is garbage collected too late, which costs as much as reading a
 * record.
 */
class ScopePlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolver: GraphQLFieldResolver<unknown, Types['Context'], object>,
    { kind, pothosOptions }: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    const scope = pothosOptions.scope ?? scopesByKind[kind];
    if (scope === undefined) return resolver;
    return (parent, args, context, info) => {
      const { caller } = context as { caller: Caller };
      if (!permits(caller.scope, scope)) throw forbidden();
      return resolver(parent, args, context, info);
    };
  }
}

SchemaBuilder.registerPlugin('scope', ScopePlugin);
