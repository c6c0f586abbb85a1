import { Kind, type FieldNode, type GraphQLResolveInfo, type SelectionSetNode } from 'graphql';

type Selected = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>;

const counts = new WeakMap<FieldNode, number>();

/**
 * Returns how many fields an operation selects for each record of a list, those of records within it included. Counts a
 * fragment once, since its fields are once in the response, and fields with `@skip` and `@include`.
 */
export function selectedFields({ fieldNodes, fragments }: Selected): number {
  const [first] = fieldNodes;
  if (first === undefined) return 0;
  // A parsed document is kept, and every record of it asks for the same.
  const known = counts.get(first);
  if (known !== undefined) return known;
  const seen = new Set<string>();
  const fieldsIn = ({ selections }: SelectionSetNode): number =>
    selections.reduce((sum, selection) => {
      if (selection.kind === Kind.FIELD) {
        return sum + 1 + (selection.selectionSet ? fieldsIn(selection.selectionSet) : 0);
      }
      if (selection.kind === Kind.INLINE_FRAGMENT) return sum + fieldsIn(selection.selectionSet);
      const name = selection.name.value;
      const fragment = fragments[name];
      if (fragment === undefined || seen.has(name)) return sum;
      seen.add(name);
      return sum + fieldsIn(fragment.selectionSet);
    }, 0);
  const count = fieldNodes.reduce(
    (sum, { selectionSet }) => sum + (selectionSet ? fieldsIn(selectionSet) : 0),
    0,
  );
  counts.set(first, count);
  return count;
}
