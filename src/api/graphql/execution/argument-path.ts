import { Kind, visit, type ASTNode, type DocumentNode } from 'graphql';

/**
 * Returns the path of the variable with the invalid value, such as `$filter.status[0]`. The executor reports it only in
 * its message, which quotes the value before the path.
 */
export function variablePath(message: string): string | undefined {
  const [, name, path] = /^Variable "\$(\w+)"(?:.* at "(\1[\w.[\]]*)";)?/s.exec(message) ?? [];
  return name === undefined ? undefined : `$${path ?? name}`;
}

/** Returns the path of the argument value that a node is, or is part of, such as `filter.status[0]`. */
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

/** Returns the path from the innermost argument to the last of the nested nodes. */
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
