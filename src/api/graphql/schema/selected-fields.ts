import { Kind, type FieldNode, type GraphQLResolveInfo, type SelectionSetNode } from 'graphql';

type Selected = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>;
type Fragments = GraphQLResolveInfo['fragments'];

/** The count of each selection set. A parsed document is kept, and every record of it asks for the same. */
const counts = new WeakMap<SelectionSetNode, number>();

/**
 * Returns how many fields an operation selects for each record of a list, those of records within it included. Fields that
 * several fragments select count for each of them, and fields with `@skip` and `@include` count.
 */
export function selectedFields({ fieldNodes, fragments }: Selected): number {
  return fieldNodes.reduce((sum, node) => sum + fieldsBelow(node, fragments), 0);
}

function fieldsBelow({ selectionSet }: FieldNode, fragments: Fragments): number {
  return selectionSet === undefined ? 0 : fieldsIn(selectionSet, fragments);
}

function fieldsIn(selectionSet: SelectionSetNode, fragments: Fragments): number {
  const known = counts.get(selectionSet);
  if (known !== undefined) return known;
  let count = 0;
  // A fragment that is spread twice in one place is once in the response.
  const spread = new Set<string>();
  for (const selection of selectionSet.selections) {
    if (selection.kind === Kind.FIELD) {
      count += 1 + fieldsBelow(selection, fragments);
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      count += fieldsIn(selection.selectionSet, fragments);
    } else if (!spread.has(selection.name.value)) {
      spread.add(selection.name.value);
      const fragment = fragments[selection.name.value];
      if (fragment) count += fieldsIn(fragment.selectionSet, fragments);
    }
  }
  counts.set(selectionSet, count);
  return count;
}
