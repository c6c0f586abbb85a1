import { Kind, visit, type ASTNode, type DocumentNode } from 'graphql';

/**
 * The path of the variable of which the executor reports a value, such as `$filter.status[0]`. It says so only in its
 * message, which quotes the value before the path.
 */
export function variablePath(message: string): string | undefined {
  const [, name, path] = /^Variable "\$(\w+)"(?:.* at "(\1[\w.[\]]*)";)?/s.exec(message) ?? [];
  return name === undefined ? undefined : `$${path ?? name}`;
}

/** The path of the argument whose value a node is, or is part of, such as `filter.status[0]`. */
export function argumentPath(document: DocumentNode, wanted: ASTNode): string | undefined {
  let path: string | undefined;
  visit(document, {
    enter(node, _key, parent, _path, ancestors) {
      if (node !== wanted || path !== undefined) return;
      path = pathWithin([...ancestors, parent, node].filter(isNode));
    },
  });
  return path;
}

function isNode(it: ASTNode | readonly ASTNode[] | undefined): it is ASTNode {
  return it !== undefined && 'kind' in it;
}

/** The path from the innermost argument down to the last of a series of nested nodes. */
function pathWithin(nodes: readonly ASTNode[]): string | undefined {
  const start = nodes.findLastIndex(({ kind }) => kind === Kind.ARGUMENT);
  if (start < 0) return undefined;
  return nodes
    .slice(start)
    .map((node, index, within) => {
      if (node.kind === Kind.ARGUMENT) return node.name.value;
      if (node.kind === Kind.OBJECT_FIELD) return `.${node.name.value}`;
      const list = within[index - 1];
      return list?.kind === Kind.LIST ? `[${list.values.findIndex((it) => it === node)}]` : '';
    })
    .join('');
}
