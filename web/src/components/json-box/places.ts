import { ensureSyntaxTree, syntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";
import type { SyntaxNode } from "@lezer/common";

/** Between places in the text of a JSON document and places in its value. */

type Path = (string | number)[];

/** What stands between the items of a list. */
export const marks: readonly string[] = ["[", "]", ",", "⚠"];

const parsesForMs = 200;

/** The parsed document, to its end: the editor itself parses a long one bit by bit. */
export const treeOf = (state: EditorState) => ensureSyntaxTree(state, state.doc.length, parsesForMs) ?? syntaxTree(state);

const nameOf = (state: EditorState, property: SyntaxNode): string | null => {
  const name = property.getChild("PropertyName");
  if (!name) return null;
  try {
    return String(JSON.parse(state.sliceDoc(name.from, name.to)));
  } catch {
    return null;
  }
};

/** Where in the value a node of the text is. */
export function pathOf(state: EditorState, node: SyntaxNode): Path {
  const path: Path = [];
  for (let at: SyntaxNode | null = node; at; at = at.parent) {
    if (at.name === "Property") {
      const name = nameOf(state, at);
      if (name !== null) path.unshift(name);
    } else if (at.parent?.name === "Array" && !marks.includes(at.name)) {
      let index = 0;
      for (let before = at.prevSibling; before; before = before.prevSibling) if (!marks.includes(before.name)) index++;
      path.unshift(index);
    }
  }
  return path;
}

/** The part of the text that a place in the value is at; of a place that is not there, what is around it. */
export function rangeOf(state: EditorState, path: readonly (string | number)[]): { from: number; to: number } {
  let node: SyntaxNode | null = treeOf(state).topNode.firstChild;
  let range: { from: number; to: number } = { from: 0, to: Math.min(1, state.doc.length) };
  for (const key of path) {
    if (!node) break;
    const inner: SyntaxNode | null = typeof key === "number" ? itemOf(node, key) : propertyOf(state, node, key);
    if (!inner) break;
    const value: SyntaxNode | null = inner.name === "Property" ? inner.lastChild : inner;
    range = inner.name === "Property" ? { from: inner.from, to: inner.to } : { from: inner.from, to: inner.to };
    node = value;
  }
  return range.to - range.from > longest ? { from: range.from, to: state.doc.lineAt(range.from).to } : range;
}

/** What is longer is marked at its first line. */
const longest = 400;

function itemOf(array: SyntaxNode, index: number): SyntaxNode | null {
  if (array.name !== "Array") return null;
  let n = 0;
  for (let item = array.firstChild; item; item = item.nextSibling) {
    if (marks.includes(item.name)) continue;
    if (n === index) return item;
    n++;
  }
  return null;
}

function propertyOf(state: EditorState, object: SyntaxNode, name: string): SyntaxNode | null {
  if (object.name !== "Object") return null;
  return object.getChildren("Property").find((property) => nameOf(state, property) === name) ?? null;
}

/** The names that an object has already. */
export const namesIn = (state: EditorState, object: SyntaxNode): Set<string> =>
  new Set(object.getChildren("Property").flatMap((property) => nameOf(state, property) ?? []));
