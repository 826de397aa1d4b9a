import type { jsonLanguage } from '@codemirror/lang-json';
import type { Step } from './schema-walk.ts';

type Tree = ReturnType<typeof jsonLanguage.parser.parse>;
export type JsonNode = Tree['topNode'];

/** Where in the text a problem's path (`rules.3.operator.pattern`) stands: the deepest part of it that is there. */
export function placeOf(root: JsonNode, text: string, path: string): { readonly from: number; readonly to: number } {
  let node = root.firstChild ?? root;
  let place = { from: root.from, to: Math.min(root.to, root.from + 1) };
  for (const step of path === '' ? [] : path.split('.')) {
    const next = node.name === 'Array' ? items(node)[Number(step)] : property(node, text, step);
    if (next === undefined) break;
    const value = next.name === 'Property' ? (next.lastChild ?? next) : next;
    // Of a long value its beginning, or half the document would be underlined.
    const name = next.name === 'Property' ? next.firstChild : null;
    const long = value.name === 'Object' || value.name === 'Array';
    place =
      name !== null && long
        ? { from: name.from, to: name.to }
        : { from: value.from, to: long ? value.from + 1 : value.to };
    node = value;
  }
  return place;
}

/** The way from the document's root to a node. */
export function pathOf(node: JsonNode, text: string): readonly Step[] {
  const path: Step[] = [];
  for (let at = node; at.parent !== null; at = at.parent) {
    const { parent } = at;
    if (parent.name === 'Array') path.unshift(items(parent).filter((item) => item.to <= at.from).length);
    else if (at.name === 'Property') path.unshift(nameOf(at, text));
  }
  return path;
}

/** What stands at a path, where it is a text, a number or a word. */
export function valueAt(root: JsonNode, text: string, path: readonly Step[]): unknown {
  let node = root.firstChild;
  for (const step of path) {
    if (node === null) return undefined;
    const next = typeof step === 'number' ? items(node)[step] : property(node, text, step);
    node = next === undefined ? null : next.name === 'Property' ? next.lastChild : next;
  }
  if (node === null || node.name === 'Object' || node.name === 'Array') return undefined;
  return read(text.slice(node.from, node.to));
}

export function keysOf(node: JsonNode, text: string): readonly string[] {
  return node.getChildren('Property').map((child) => nameOf(child, text));
}

function property(node: JsonNode, text: string, key: string): JsonNode | undefined {
  return node.getChildren('Property').find((child) => nameOf(child, text) === key);
}

function nameOf(node: JsonNode, text: string): string {
  const name = node.firstChild;
  const said = name === null ? '' : read(text.slice(name.from, name.to));
  return typeof said === 'string' ? said : '';
}

function items(node: JsonNode): readonly JsonNode[] {
  const found: JsonNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (/^[A-Z]/.test(child.name)) found.push(child);
  }
  return found;
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
