import { parse, type DefaultTreeAdapterTypes } from 'parse5';

type Node = DefaultTreeAdapterTypes.ChildNode;
type Element = DefaultTreeAdapterTypes.Element;

/** An element of a page, as a browser would read it. */
export interface HtmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
  /** Those inside it, in the order of the document. */
  readonly elements: readonly HtmlElement[];
}

/** Reads a page by the rules that browsers read it by; fails on what they would have to guess. */
export function readHtml(source: string): HtmlElement {
  const errors: string[] = [];
  const document = parse(source, { onParseError: ({ code }) => errors.push(code) });
  if (errors.length > 0) throw new Error(`HTML that is not well-formed: ${errors.join(', ')}`);
  const root = document.childNodes.find(isElement);
  if (root === undefined) throw new Error('no element');
  return readElement(root);
}

/** The elements of these names inside another. */
export function named(element: HtmlElement, ...names: string[]): HtmlElement[] {
  return element.elements.filter(({ name }) => names.includes(name));
}

/** The values of the given attributes, wherever they are given. */
export function attributesNamed(element: HtmlElement, ...keys: string[]): string[] {
  return element.elements.flatMap(({ attributes }) => keys.flatMap((key) => attributes[key] ?? []));
}

function readElement(element: Element): HtmlElement {
  const children = element.childNodes.filter(isElement).map(readElement);
  return {
    name: element.tagName,
    attributes: Object.fromEntries(element.attrs.map(({ name, value }) => [name, value])),
    text: textOf(element).replaceAll(/\s+/g, ' ').trim(),
    elements: children.flatMap((child) => [child].concat(child.elements)),
  };
}

function textOf(node: Node): string {
  if ('value' in node) return node.value;
  return isElement(node) ? node.childNodes.map(textOf).join('') : '';
}

function isElement(node: Node): node is Element {
  return 'tagName' in node;
}
