import { parse, type DefaultTreeAdapterTypes } from 'parse5';

type Node = DefaultTreeAdapterTypes.ChildNode;
type Element = DefaultTreeAdapterTypes.Element;

/** An element of a page, as a browser parses it. */
export interface HtmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
  /** All elements inside this one, in document order. */
  readonly elements: readonly HtmlElement[];
}

/** Parses a page by the rules of browsers. Throws on every parse error. */
export function readHtml(source: string): HtmlElement {
  const errors: string[] = [];
  const document = parse(source, { onParseError: ({ code }) => errors.push(code) });
  if (errors.length > 0) throw new Error(`HTML that is not well-formed: ${errors.join(', ')}`);
  const root = document.childNodes.find(isElement);
  if (root === undefined) throw new Error('no element');
  return readElement(root);
}

/** Returns the elements inside another one that have one of these names. */
export function named(element: HtmlElement, ...names: string[]): HtmlElement[] {
  return element.elements.filter(({ name }) => names.includes(name));
}

/** Returns the values of the given attributes of all elements inside another one. */
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
